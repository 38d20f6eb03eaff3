"""Reading one answer: text, a pressed choice or a place becomes a value that fits the question, or None (misread)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from actions.intake.dates import read_datetime
from actions.intake.text import is_question, plain
from actions.intake.words import ALL, NOT_KNOWN
from bot.choices import NUMBER_WORDS, read_choice
from bot.fold import western

#: What Open311 allows for a description.
LONGEST_TEXT = 4000
LONGEST_STRING = 255
#: Where phone numbers without a country's prefix are from.
REGION = "US"
#: More words than this around a number are a sentence about something else.
MOST_WORDS_OF_A_NUMBER = 5
#: More characters are no count or measure, and int() refuses thousands of digits.
MOST_DIGITS = 15

#: Words that may stand around a title's without changing what it says.
ARTICLES = frozenset(map(plain, "a an the it is its un una el la los las lo es esta bir bu o şu هو هي هذا هذه".split()))
#: Arabic writes "the" into the word: السيارة is a car as سيارة is.
ARABIC_THE = re.compile(r"^ال(?=\w{3})")
#: Arabic's comma, semicolon, decimal point and thousands' sign.
ARABIC_SIGNS = str.maketrans("،؛٫٬", ",;.,")
#: What keeps the citizen's own writing.
KEPT_AS_WRITTEN = frozenset({"string", "text"})
#: What stands between several picks; Arabic's "and" is written into the next word.
BETWEEN = re.compile(r"[,;/&+]|\s(?:and|y|e|ve|ile)\s|\sو\s*(?=ال|\d)|\sو\s")

COORDINATES = re.compile(r"^\s*\(?(-?\d{1,2}\.\d+)\s*[,;\s]\s*(-?\d{1,3}\.\d+)\)?\s*$")
NUMBER = re.compile(r"(?<![\w.,/-])-?\d{1,9}(?:[.,]\d{1,6})*(?![\w/]|[.,]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an answer is read against."""

    kind: str
    #: Titles by value, for lists.
    titles: Mapping[str, str]
    #: The values that numbers mean, in the order they were shown; None when all were.
    shown: Sequence[str] | None = None
    language: str
    now: datetime


def clean(text: str) -> str:
    """Return what was typed, composed (NFKC), on one line, without control characters."""
    composed = unicodedata.normalize("NFKC", text)
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in composed).split())


def read(text: str, asked: Asked) -> Any | None:
    """Return the value that `text` means for what was asked, or None."""
    said = clean(text)
    if not said or (is_question(said) and not asked.titles):
        return None
    if asked.kind not in KEPT_AS_WRITTEN:
        said = western(said.translate(ARABIC_SIGNS))
    return READERS[asked.kind](said, asked)


def _string(said: str, asked: Asked) -> str | None:
    return said[:LONGEST_STRING] if plain(said) and plain(said) not in NOT_KNOWN else None


def _text(said: str, asked: Asked) -> str | None:
    return said[:LONGEST_TEXT] if plain(said) and plain(said) not in NOT_KNOWN else None


def _number(said: str, asked: Asked) -> int | float | None:
    words = plain(said).split()
    found = NUMBER.findall(said)
    if len(found) == 1 and len(words) <= MOST_WORDS_OF_A_NUMBER:
        return _numeral(found[0], asked.language)
    spoken = [NUMBER_WORDS[word] for word in words if word in NUMBER_WORDS]
    return spoken[0] if not found and len(spoken) == 1 and len(words) <= 3 else None


def _numeral(digits: str, language: str) -> int | float | None:
    """Return the number; "1,500" groups thousands, "1.500" in Spanish and Turkish; else either sign is decimal."""
    if len(digits) > MOST_DIGITS:
        return None
    group = "." if language.startswith(("es", "tr")) else ","
    if re.fullmatch(rf"-?\d{{1,3}}(?:\{group}\d{{3}})+", digits):
        digits = digits.replace(group, "")
    digits = digits.replace(",", ".")
    if digits.count(".") > 1:
        return None
    return float(digits) if "." in digits else int(digits)


def _datetime(said: str, asked: Asked) -> str | None:
    return read_datetime(said, language=asked.language, now=asked.now)


def _one(said: str, asked: Asked) -> str | None:
    values = list(asked.titles)
    numbered = None if asked.shown is None else [values.index(value) for value in asked.shown]
    index = read_choice(said, list(asked.titles.values()), numbered)
    return _by_words(said, asked.titles) if index is None else values[index]


def _by_words(said: str, titles: Mapping[str, str]) -> str | None:
    """Return the one title that has all the words: "music" is "Music or a party", "not music" is none."""
    words = _bare(said) - ARTICLES
    fitting = [key for key, name in titles.items() if words and words <= _bare(name)]
    return fitting[0] if len(fitting) == 1 else None


def _bare(text: str) -> set[str]:
    return {ARABIC_THE.sub("", word) for word in plain(text).split()}


def _several(said: str, asked: Asked) -> list[str] | None:
    """Read "2", "1 and 3", "1 3", "paper, glass", "all"."""
    one = _one(said, asked)
    if one is not None:
        return [one]
    if plain(said) in ALL:
        return list(asked.titles)
    parts = [part for part in BETWEEN.split(f" {said} ") if part.strip()]
    if len(parts) == 1 and all(part.isdecimal() for part in said.split()):
        parts = said.split()
    picked = [_one(part.strip(), asked) for part in parts]
    if not picked or None in picked:
        return None
    return [key for key in asked.titles if key in picked]


def _phone(said: str, asked: Asked) -> str | None:
    try:
        number = phonenumbers.parse(said, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _email(said: str, asked: Asked) -> str | None:
    candidates: Sequence[str] = [word.strip("<>,;.") for word in said.split() if "@" in word]
    if len(candidates) != 1:
        return None
    try:
        return validate_email(candidates[0], check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def _address(said: str, asked: Asked) -> dict[str, Any] | None:
    """Read an address or a description of a place; coordinates are a place too."""
    point = COORDINATES.match(said)
    if point and abs(float(point[1])) <= 90 and abs(float(point[2])) <= 180:
        return {"latitude": float(point[1]), "longitude": float(point[2])}
    letters = sum(character.isalpha() for character in said)
    if letters < 3 or plain(said) in NOT_KNOWN:
        return None
    return {"address": said[:LONGEST_STRING]}


READERS: dict[str, Callable[[str, Asked], Any | None]] = {
    "string": _string,
    "text": _text,
    "number": _number,
    "datetime": _datetime,
    "singlevaluelist": _one,
    "multivaluelist": _several,
    "phone": _phone,
    "email": _email,
    "address": _address,
}
