"""Finds street addresses: "120 N Main St apt 4", "Avenida Juárez 120", "Atatürk Caddesi No: 12", "١٢ شارع النيل".

No library knows where an address begins in a sentence that costs less than a model; a house number and a kind of
street, in the order of the language, leave few doubts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.crossing_entities import crossings
from bot.nlu.spans import Folded, Span
from bot.nlu.street_words import (
    ARABIC_KINDS,
    COMMON,
    COUNTED,
    DIRECTIONS,
    FIRST_KINDS,
    KINDS,
    NO_NAMES,
    OTHER_KINDS,
    TURKISH_KINDS,
)


def _one_of(words: frozenset[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


#: A house number stands alone: no price, no phone number, no time.
NUMBER = r"(?<![\w$€£#.,/:+-])(?:no\.? ?)?\d{1,6}[a-z]?(?:-(?:\d{1,4}|[a-z]\b))?"
NAME = rf"(?!{_one_of(NO_NAMES)}\b)(?:\d{{1,3}}(?:st|nd|rd|th)|[^\W\d_][\w.'’-]{{0,30}})"
DIRECTION = rf"(?:{_one_of(DIRECTIONS)}\.? )?"
KIND = f"{_one_of(KINDS | OTHER_KINDS)}\\b"
FLAT_WORDS = r"(?:apt|apartment|unit|suite|ste|lot|int|interior|apto|apartamento|depto|piso)\.?"
FLAT = rf"(?:,? {FLAT_WORDS} ?#?\w{{1,5}}\b|,? ?# ?\w{{1,5}}\b)?"
ZIP = r"(?:,? (?:[a-z.]+ ){0,2}[a-z.]+,?(?: [a-z]{2})?,? \d{5}(?:-\d{4})?\b)?"
AFTER_NUMBER = r"(?:,? ?(?:#|n[o°º]\b\.?:?|num\b\.?|numero|numara|number)? ?)"

ENGLISH = re.compile(
    rf"\b(?P<house>{NUMBER}) {DIRECTION}(?P<name>{NAME}(?: {NAME}){{0,3}}?) (?P<kind>{KIND})"
    rf"(?: {_one_of(DIRECTIONS)}\b(?! of\b))?{FLAT}{ZIP}"
)
#: Without a name before the kind: "1200 block of Main", "12 Avenue B", "120 Broadway", "350 Highway 50".
PLAIN = re.compile(
    rf"\b{NUMBER} (?:block of {DIRECTION}{NAME}(?: {KIND})?|{DIRECTION}broadway\b{FLAT}"
    rf"|{DIRECTION}main(?= *(?:$|[.,;!?]))|(?:avenue|ave) [b-h]\b{FLAT}"
    rf"|(?:highway|hwy|county road|state road) \d{{1,4}}\b)"
)
SPANISH = re.compile(
    rf"\b(?:(?:{FIRST_KINDS})\b\.?|c/) ?(?P<name>(?:(?:de|del|la|los|las|el|\d{{1,2}}|{NAME}) ?){{1,5}}?)(?<=[ ,\w])"
    rf"{AFTER_NUMBER}(?P<number>(?<![\w.])\d{{1,5}}[a-z]?)\b(?![:/]|[.,]\d){FLAT}"
)
NUMBER_FIRST = re.compile(
    rf"\b{NUMBER} (?:de (?:la )?|la )?(?:calle|avenida|avda|av|paseo|bulevar|camino)\b\.? "
    rf"(?:(?:de|del|la|los|las|san|santa) ){{0,2}}{NAME}"
)
TURKISH = re.compile(
    rf"{NAME}(?: {NAME}){{0,2}} {TURKISH_KINDS}\b\.?{AFTER_NUMBER}\d{{1,5}}(?:/\d{{1,4}})?(?![\w:.]\d)"
    rf"|{NAME}(?: {NAME})? {_one_of(KINDS)}\b\.?,? (?:(?:no|numara)\b[:.]? ?\d{{1,5}}|\d{{1,5}}(?= ?['’]| numara))"
)
ARABIC = re.compile(
    rf"{ARABIC_KINDS} {NAME}(?: {NAME}){{0,2}}?(?: رقم|،|,)? \d{{1,5}}\b|\b(?:رقم )?\d{{1,5}} {ARABIC_KINDS} {NAME}"
    rf"(?: ال[^\W\d_]{{2,20}})?"
)
STREET = re.compile(rf"\b{KIND}|\b(?:{FIRST_KINDS}|{TURKISH_KINDS}|broadway|main|block)\b|c/|{ARABIC_KINDS}")
DIGIT = re.compile(r"\d")
#: Before a house number, in a sentence without capitals.
PLACE_BEFORE = re.compile(
    r"(?:^|[,.;:!?]|\b(?:at|near|by|from|on|to|is|in|of|address|live|outside|opposite|en|a|al|del|calle|direccion)) ?$"
)


def addresses(message: Folded) -> Iterator[Span]:
    """Yield street addresses with a house number, and crossings of two streets."""
    seen = message.seen
    if DIGIT.search(seen) and STREET.search(seen):
        for match in ENGLISH.finditer(seen):
            if _is_street(match, message):
                yield message.span(*match.span())
        for match in SPANISH.finditer(seen):
            if _ends_there(message, match.end()):
                yield message.span(*match.span())
        for pattern in (PLAIN, NUMBER_FIRST, ARABIC):
            yield from (message.span(*match.span()) for match in pattern.finditer(seen))
        yield from (_from_its_name(message, match) for match in TURKISH.finditer(seen))
    yield from crossings(message)


def _is_street(match: re.Match[str], message: Folded) -> bool:
    """Tell whether number, name and kind belong together: by capitals, a word of place before, or a large number."""
    names, kind = match["name"].split(), match["kind"]
    if names[0] in COUNTED:
        return False
    if len(names) == 1 and (kind in KINDS or names[0] in COMMON):
        return True
    span = message.span(*match.span("name"))
    if all(word[0].isupper() or word[0].isdecimal() for word in message.text[span.start : span.end].split()):
        return True
    large = len(match["house"]) > 2
    return not COUNTED & set(names) and (large or PLACE_BEFORE.search(message.seen, 0, match.start()) is not None)


def _ends_there(message: Folded, end: int) -> bool:
    """Tell whether a number before `end` counts nothing that follows: "calle Roble 3 baches" has no house number."""
    after = re.match(r"\s+([^\W\d_]+)", message.seen[end : end + 30])
    return after is None or after[1] in NO_NAMES or len(after[1]) < 3


def _from_its_name(message: Folded, match: re.Match[str]) -> Span:
    """Leave out what stands before a name that is written with a capital: "evim Atatürk Caddesi 5"."""
    span = message.span(*match.span())
    words = list(re.finditer(r"\S+", message.text[span.start : span.end]))
    capital = [word.start() for word in words[:3] if word[0][0].isupper()]
    return Span(span.start + capital[0], span.end) if capital else span
