"""What an SMS can carry, what it costs, and where a long one is cut."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Sent as an escape and a second character, so each counts twice.
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
#: Characters that a phone shows the same, or nearly so, when replaced.
HARMLESS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7", "-")
    | dict.fromkeys("\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " ")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
    | {"\u2026": "..."}
)
#: The longest body that an SMS provider takes.
LONGEST = 1600


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs: the carrier bills each of `count` segments."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    count: int


def is_gsm(text: str) -> bool:
    """Tell whether an SMS can carry every character in the cheap seven-bit alphabet."""
    return all(character in GSM_BASIC or character in GSM_EXTENDED for character in text)


def economical(text: str) -> str:
    """Return `text` in the seven-bit alphabet if harmless substitutions suffice, and otherwise untouched."""
    plain = unicodedata.normalize("NFC", text).translate(HARMLESS)
    return plain if is_gsm(plain) else text


def _packed(widths: Iterable[int], room: int) -> int:
    """Count the segments of `room` units; a character of two units is never cut in two."""
    count, used = 1, 0
    for width in widths:
        if used + width > room:
            count, used = count + 1, 0
        used += width
    return count


def segments(text: str) -> Segments:
    """Return how the text travels: 160 or 70 units alone, 153 or 67 each when joined."""
    if is_gsm(text):
        widths = [2 if character in GSM_EXTENDED else 1 for character in text]
        return Segments("GSM-7", sum(widths), 1 if sum(widths) <= 160 else _packed(widths, 153))
    widths = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return Segments("UCS-2", sum(widths), 1 if sum(widths) <= 70 else _packed(widths, 67))


def split(text: str, limit: int = LONGEST) -> list[str]:
    """Cut `text` into parts of at most `limit` characters: after a line if possible, else after a word."""
    return list(_parts(text.strip(), limit))


def _parts(rest: str, limit: int) -> Iterator[str]:
    while len(rest) > limit:
        window = rest[: limit + 1]
        # A line break in the first half would leave a short part for the sake of a tidy one.
        cut = window.rfind("\n") if window.rfind("\n") > limit // 2 else window.rfind(" ")
        cut = cut if cut > 0 else limit
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest
