"""Finds what names one thing for sure: case references, e-mail addresses and phone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from actions.reference import PATTERN, find_reference
from bot.nlu.spans import Folded, Span

#: Our symbols, twelve of them, whatever stands between; and as much of any letters, in groups as we write them.
REFERENCE = re.compile(PATTERN.pattern, re.IGNORECASE)
GROUP = "[a-z0-9]{4}"
MISTYPED = re.compile(rf"(?<![\w-]){GROUP}(?P<between>-| ?){GROUP}(?P=between){GROUP}(?![\w-])")
#: "22nd 23rd 24th", "3pm 4pm 6pm 7pm".
COUNTS = re.compile(r"(?:\d+[a-z]{2,3}\b\W*)+")
LETTER = re.compile("[a-z]")
DIGIT = re.compile(r"\d")


def references(message: Folded) -> Iterator[Span]:
    """Yield case references, with the form that citizens were told; a mistyped one has none."""
    ends = -1
    for match in sorted([*REFERENCE.finditer(message.seen), *MISTYPED.finditer(message.seen)], key=re.Match.start):
        if match.start() > ends and _is_reference(match[0]):
            ends = match.end()
            yield message.span(*match.span(), normal=find_reference(match[0]))


def _is_reference(said: str) -> bool:
    """Tell a reference from words, phone numbers, measures and the numbers of cards."""
    chunks = re.findall(r"[a-z0-9]+", said)
    if not LETTER.search(said) or COUNTS.fullmatch(said):
        return False
    if not DIGIT.search(said):  # about one in 170 has no digit; words have vowels, or stand apart
        return find_reference(said) is not None and not any(gap.isspace() for gap in re.findall(r"[\W_]+", said))
    spelled = all(len(chunk) == 1 for chunk in chunks)
    # Switches between letters and digits within a chunk: "1200 main road" has none, "K7QX 2M9D 4HTR" six.
    switches = sum(len(re.findall(r"[a-z](?=\d)|\d(?=[a-z])", chunk)) for chunk in chunks)
    return spelled or (min(map(len, chunks)) > 1 and switches > 1) or _is_grouped_by_hyphens(said)


def _is_grouped_by_hyphens(said: str) -> bool:
    return said.count("-") == 2 and " " not in said


#: Bounded on both sides of the sign, so that a long text of such letters costs no more than its length.
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"'«»“”/\\]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")


def emails(message: Folded) -> Iterator[Span]:
    """Yield e-mail addresses that are written as the standard wants; nobody is asked whether they exist."""
    if "@" not in message.text:
        return
    for match in ADDRESS.finditer(message.text):
        start = match.start() + len(match[0]) - len(match[0].lstrip(".¿¡"))
        try:
            normal = validate_email(message.text[start : match.end()], check_deliverability=False).normalized
        except EmailNotValidError:
            continue
        yield Span(start, match.end(), normal)


#: Where local numbers have seven digits or ten.
AMERICAN = frozenset({"US", "CA", "PR"})
#: How the digits of a number without a country are grouped there: 555-0100, 217-555-0100, 55 1234 5678, 532 123 45 67.
GROUPS = frozenset({(3, 4), (3, 3, 4), (10,), (3, 7), (2, 4, 4), (3, 3, 2, 2), (1, 3, 3, 4), (1, 10), (11,)})
SEVEN_DIGITS = (7,)
EXTENSION = re.compile(r"[a-zA-Z;#,].*$", re.DOTALL)
#: Beside one of these, seven digits in a row are somebody's number.
PHONE_WORD = re.compile(
    r"\b(?:call|phone|cell|text me|tel|mobile|llam|telefono|celular|arayin|cep)|هاتف|تلفون|جوال|موبايل|اتصل"
)
ENOUGH_DIGITS = re.compile(r"(?:\d\D{0,4}){7}")
#: More candidates in one message are no numbers but a way to keep us busy.
MOST_TRIES = 100


def phones(message: Folded, region: str) -> Iterator[Span]:
    """Yield phone numbers, local ones of `region` (two capital letters) included, with their E.164 form if whole."""
    if not ENOUGH_DIGITS.search(message.seen):
        return
    possible = phonenumbers.Leniency.POSSIBLE
    for match in phonenumbers.PhoneNumberMatcher(message.text, region, leniency=possible, max_tries=MOST_TRIES):
        if region not in AMERICAN or _is_grouped(match.raw_string, message):
            whole = (
                phonenumbers.is_possible_number_with_reason(match.number) == phonenumbers.ValidationResult.IS_POSSIBLE
            )
            normal = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164) if whole else None
            yield Span(match.start, match.end, normal)


def _is_grouped(number: str, message: Folded) -> bool:
    if "+" in number or "＋" in number:
        return True
    groups = tuple(len(group) for group in re.findall(r"\d+", EXTENSION.sub("", number)))
    if groups == SEVEN_DIGITS:
        return message.text.strip() == number or PHONE_WORD.search(message.seen) is not None
    return groups in GROUPS


def _international(number: phonenumbers.PhoneNumber) -> str | None:
    """Return the form that can be dialled from anywhere; None for a number that is only dialled in its town."""
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
