"""Finds crossings of two streets: "Main and 5th", "Main St & 4th Ave", "la esquina de Main y 4th"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.nlu.date_words import kind_of
from bot.nlu.spans import Folded, Span
from bot.nlu.street_words import (
    COMMON,
    COUNTED_BY_ORDINALS,
    DIRECTIONS,
    KINDS,
    NO_NAMES,
    ORDINAL_WORDS,
    OTHER_KINDS,
)

BETWEEN = re.compile(r"\s(?:and|at|y|con|with|ve|ile|مع|و|esquina(?: con| y| de)?)\s|\s?[&/@]\s?|\sو(?=[^\W_])")
#: Words at whose sight it is worth looking for a crossing.
CORNER = re.compile(
    r"(?:\b(?:the|la|el|una?|an?) )?"
    r"\b(?:corner|intersection|junction|crossing|esquina|cruce|interseccion|زاويه|تقاطع)"
    r"(?P<of>(?: (?:of|at|de|del|entre|la|with))*)(?: (?:las calles|the streets))? $"
)
STRETCH = re.compile(r" (?:between|entre) (?:la )?$")
CORNER_AFTER = re.compile(r" (?:kose|kesis|corner|intersection)")
FIRST_KIND = re.compile(r"(?:calle|avenida|avda|av|شارع)\.?$")
PLACE_BEFORE = re.compile(r"(?:^|[.,;:!?]|\b(?:at|near|by|on|from|in|en|a|around|to)) ?$")
ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th|[ao]|[dt][ao]|r[ao]|[vmn]a)")
NUMBERED = frozenset("route rte rt highway hwy us calle avenue avenida ave av carrera".split())
WORD = re.compile(r"[^\W_][\w.'’]*")
#: A name longer than this many words is none.
LONGEST_NAME = 4
#: Characters before and after the connecting word that can belong to the crossing.
REACH = 60


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two streets: where it stands in the folded text, and what speaks for it."""

    start: int
    end: int
    kind: bool = False
    ordinal: bool = False
    known: bool = False
    capital: bool = False

    @property
    def tells(self) -> bool:
        """Whether it looks like a street by itself."""
        return self.kind or self.ordinal or self.known or self.capital


def crossings(message: Folded) -> Iterator[Span]:
    """Yield crossings; two names alone are one only where a corner, or a street between them, is spoken of."""
    for match in BETWEEN.finditer(message.seen):
        left = _left(message, match.start())
        right = _right(message, match.end())
        if left and right:
            start = _beginning(message, left, right)
            if start is not None or _cross(message, left, right):
                yield message.span(left.start if start is None else start, right.end)


def _beginning(message: Folded, left: Side, right: Side) -> int | None:
    """Return where "the corner of" or "Oak St between" begins before two names, or None if no such words tell."""
    before = message.seen[max(0, left.start - REACH) : left.start]
    corner = CORNER.search(before)
    if corner:
        # "Corner store and gas station" speaks of no crossing.
        told = corner["of"] or left.tells or right.tells
        return left.start - len(corner[0]) if told else None
    between = STRETCH.search(before)
    street = _left(message, left.start - len(between[0])) if between else None
    if street and street.kind:
        return street.start
    return left.start if CORNER_AFTER.match(message.seen, right.end) else None


def _cross(message: Folded, left: Side, right: Side) -> bool:
    if left.kind and right.kind:
        return True
    if left.kind or right.kind:
        other = right if left.kind else left
        return other.ordinal or other.known or other.capital
    if left.ordinal == right.ordinal:
        placed = PLACE_BEFORE.search(message.seen[max(0, left.start - REACH) : left.start]) is not None
        return placed and left.known and right.known and not left.ordinal
    other = right if left.ordinal else left
    return other.known or other.capital


def _left(message: Folded, end: int) -> Side | None:
    words = list(WORD.finditer(message.seen, max(0, end - REACH), end))
    if not words or words[-1].end() != end:
        return None
    if len(words) > 1 and words[-1][0].isdecimal() and words[-2][0].rstrip(".") in NUMBERED:
        return _side(message, words[-2].start(), end, "", kind=True)
    kind = len(words) > 1 and _is_kind(words[-1][0])
    names = words[: -1 if kind else None]
    first = _first_kind(names)
    start = first if first is not None else _name_start(message, names)
    if start is None:
        return None
    return _side(message, start, end, names[-1][0], kind=kind or first is not None)


def _first_kind(names: list[re.Match[str]]) -> int | None:
    """Return where "calle" or "avenida" stands among the last words, if it does."""
    for name in names[-LONGEST_NAME:]:
        if FIRST_KIND.fullmatch(name[0]) and name is not names[-1]:
            return name.start()
    return None


def _name_start(message: Folded, names: list[re.Match[str]]) -> int | None:
    """Return where a name begins: at its last word, or earlier when capitals or a direction say so."""
    if not _may_be_name(names[-1][0]):
        return None
    start = names[-1].start()
    for name in reversed(names[-LONGEST_NAME:-1]):
        belongs = _is_capital(message, name) or name[0].rstrip(".") in DIRECTIONS
        if not belongs or not _may_be_name(name[0]) or message.seen[name.end() : start].strip():
            break
        start = name.start()
    return start


def _right(message: Folded, start: int) -> Side | None:
    words = list(WORD.finditer(message.seen, start, start + REACH))[: LONGEST_NAME + 1]
    if not words or words[0].start() != start:
        return None
    first = words[0][0].rstrip(".")
    if first in NUMBERED and len(words) > 1 and words[1][0].isdecimal():
        return _side(message, start, words[1].end(), "", kind=True)
    at = 1 if len(words) > 1 and (first in DIRECTIONS or FIRST_KIND.fullmatch(first)) else 0
    if not _may_be_name(words[at][0]):
        return None
    return _right_side(message, words, at, first_kind=FIRST_KIND.fullmatch(first) is not None)


def _right_side(message: Folded, words: list[re.Match[str]], at: int, *, first_kind: bool) -> Side | None:
    """Return the street whose name begins with word `at`; None when that counts something: "the 5th floor"."""
    name = words[at][0]
    while _follows(message, words, at) and _is_name_part(message, words[at + 1]):
        at += 1
    kind = _follows(message, words, at) and _is_kind(words[at + 1][0])
    if (
        not kind
        and ORDINAL.fullmatch(name)
        and _follows(message, words, at)
        and words[at + 1][0] in COUNTED_BY_ORDINALS
    ):
        return None
    end = words[at + kind].end()
    return _side(message, words[0].start(), end - (message.seen[end - 1] == "."), name, kind=kind or first_kind)


def _follows(message: Folded, words: list[re.Match[str]], at: int) -> bool:
    """Tell whether another word stands right after word `at`."""
    return at + 1 < len(words) and message.seen[words[at].end() : words[at + 1].start()] == " "


def _is_name_part(message: Folded, word: re.Match[str]) -> bool:
    return _is_capital(message, word) and _may_be_name(word[0]) and not _is_kind(word[0])


def _side(message: Folded, start: int, end: int, name: str, *, kind: bool) -> Side:
    return Side(
        start,
        end,
        kind=kind,
        ordinal=ORDINAL.fullmatch(name) is not None or name in ORDINAL_WORDS,
        known=name.rstrip(".") in COMMON,
        capital=message.text[message.span(start, end).start].isupper(),
    )


def _is_kind(word: str) -> bool:
    bare = word.rstrip(".")
    return bare in KINDS or bare in OTHER_KINDS or bare.rstrip("s") in KINDS


def _is_capital(message: Folded, word: re.Match[str]) -> bool:
    return message.text[message.span(*word.span()).start].isupper()


def _may_be_name(word: str) -> bool:
    """Tell whether a word can be a street: no filler, no day, no number but a street's."""
    if word.isdecimal() or word.rstrip(".") in NO_NAMES:
        return False
    return word in ORDINAL_WORDS or kind_of(word)[0] == "x"
