"""What towns are told of, in the words of citizens: the sentences of `matters/*.yml`, and which services they speak of.

A catalogue says "Dead Animal Pick-Up", a citizen "somebody ran over a cat". The matter between them knows both: the
names that catalogues use, and how people speak of it, in every language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from actions.intake.text import plain

FOLDER = Path(__file__).with_name("matters")
#: The matter of everything that is no report.
NOTHING = "nothing"
#: Words of a name that do not tell what it is about.
SMALL = frozenset(
    plain(
        "a an the of in on at for and or to request complaint removal report de del la el los las en y o con solicitud"
    ).split()
)
#: How much a name says of a service even when it is a small part of the service's text.
LEAST_SHARE = 0.7

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that citizens write about."""

    key: str
    #: How catalogues call it.
    names: tuple[Words, ...]
    #: How citizens speak of it.
    said: tuple[str, ...]


@cache
def matters() -> tuple[Matter, ...]:
    """Return all of them."""
    contents = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml")))
    return tuple(
        Matter(key, tuple(_telling(name) for name in matter.get("names", ())), tuple(map(str, matter["said"])))
        for content in contents
        for key, matter in content.items()
    )


def named_in(texts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return the matters that a service's texts name, each with how much it is about them, 0 to 1.

    Each text comes with its weight. A name within a longer one does not count: "snow on sidewalk" is no "sidewalk".
    """
    found: dict[str, float] = {}
    for text, weight in texts:
        words = _telling(text)
        named = list(_names_in(words))
        for where, key in named:
            if not any(where < longer for longer, _ in named):
                share = LEAST_SHARE + (1 - LEAST_SHARE) * len(where) / len(words)
                found[key] = max(found.get(key, 0.0), weight * share)
    return found


def _names_in(words: Words) -> Iterator[tuple[frozenset[int], str]]:
    names, longest = _by_name()
    for start in range(len(words)):
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            for key in names.get(words[start:end], ()):
                yield frozenset(range(start, end)), key


@cache
def _by_name() -> tuple[Mapping[Words, list[str]], int]:
    """Return the matters of each name, and how many words the longest name has."""
    names: dict[Words, list[str]] = defaultdict(list)
    for matter in matters():
        for name in matter.names:
            names[name].append(matter.key)
    return names, max(map(len, names))


def _telling(text: str) -> Words:
    """Return the words that tell something, without endings of the plural: "Potholes and highways"."""
    words = plain(text).split()
    return tuple(_singular(word) for word in [w for w in words if w not in SMALL] or words)


def _singular(word: str) -> str:
    """Return what a word and its plural have in common, in English and Spanish: "bach" of "bache" and "baches"."""
    return word.removesuffix("s").removesuffix("e") if len(word) > 3 else word
