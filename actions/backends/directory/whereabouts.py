"""Where a place is that people name: by the directory's own addresses, and by names that the town gave.

No geocoder is asked: nobody outside learns where a citizen is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.backends.directory.places import Place
from actions.backends.directory.wording import same, tokens
from actions.backends.nearness import metres
from bot.errors import ContentError
from bot.messages import Location

#: Street types as people write them; what is left of a street without them is its name.
TYPES = {
    short: long
    for long, shorts in {
        "street": "st str street",
        "avenue": "av ave avenue",
        "road": "rd road",
        "lane": "ln lane",
        "drive": "dr drive",
        "boulevard": "blvd boulevard",
        "court": "ct court",
        "place": "pl place",
        "way": "way",
        "square": "sq square",
        "highway": "hwy highway",
        "route": "rte route",
    }.items()
    for short in shorts.split()
}
#: How other languages say that a street's name follows, or goes before.
STREET_WORDS = frozenset(
    token
    for word in "calle avenida avda carretera camino caddesi cadde sokak sokağı yolu شارع طريق".split()
    for token in tokens(word)
)
ORDINALS = {
    word: f"{number}{'st nd rd'.split()[number - 1] if number < 4 else 'th'}"
    for number, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)
}
#: What says that something is to be near a place.
BESIDE = frozenset(
    token
    for word in "near beside behind cerca junto lado yakınında yakınlarında yanında قرب بجانب جنب".split()
    for token in tokens(word)
)
#: What stands before a place in a sentence.
NEAR_WORDS = frozenset(
    token for word in "near by at on around of from close to corner in".split() for token in tokens(word)
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that a text named, and the words of the text that did not."""

    location: Location
    rest: tuple[str, ...]


def kilometres(one: Location, other: Location) -> float:
    """Return the distance along the earth's surface."""
    return metres(one, other) / 1000


def read_gazetteer(path: Path) -> dict[str, Location]:
    """Return the town's own names with their places; none when it has no such file. Raises ContentError."""
    if not path.exists():
        return {}
    try:
        content: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {str(name): _pair(where) for name, where in content.items()}
    except (yaml.YAMLError, AttributeError, TypeError, ValueError, KeyError) as error:
        raise ContentError(f"{path}: write each name as `Old Mill: [41.50, -72.10]`; {error}.") from error


def _pair(where: Sequence[float]) -> Location:
    latitude, longitude = where
    return Location(latitude=float(latitude), longitude=float(longitude))


class Whereabouts:
    """Finds the place that a text names, if it is one of the town's."""

    def __init__(self, places: Iterable[Place], gazetteer: Mapping[str, Location]) -> None:
        self._names: dict[tuple[str, ...], Location] = {}
        self._landmarks: dict[tuple[str, ...], Location] = {}
        self._postal: dict[str, list[Location]] = defaultdict(list)
        #: By name ("oak") and type ("street", or "" where it has none): house number and place.
        self._streets: dict[tuple[tuple[str, ...], str], list[tuple[int | None, Location]]] = defaultdict(list)
        for place in places:
            if place.latitude is not None and place.longitude is not None:
                self._note(place, Location(latitude=place.latitude, longitude=place.longitude))
        for name, location in gazetteer.items():
            words = _words(name)
            self._names[tuple(words)] = location
            if words and words[-1] in TYPES.values():
                self._streets[(tuple(words[:-1]), words[-1])].append((None, location))

    def _note(self, place: Place, location: Location) -> None:
        if len(name := tuple(_words(place.location_name))) > 1:
            self._landmarks[name] = location
        if place.postal_code:
            self._postal[_code(place.postal_code)].append(location)
        number, street = _address(place.address_1)
        if street:
            kind = street[-1] if street[-1] in TYPES.values() else ""
            self._streets[(tuple(street[:-1] if kind else street), kind)].append((number, location))

    def find(self, text: str, *, alone: bool = False) -> Spot | None:
        """Return the place that a text names; None when it names none of ours.

        `alone` says that the text is nothing but a place: then "Oak" is Oak Street.
        """
        words = _words(text)
        found = self._by_code(words) or self._by_name(words) or self._by_landmark(words, alone=alone)
        found = found or self._by_street(words, alone=alone)
        if found is None:
            return None
        location, start, end = found
        # What only ties it into the sentence goes with it, and the number of a house that nobody knows.
        while start and (words[start - 1].isdecimal() or words[start - 1] in NEAR_WORDS | STREET_WORDS):
            start -= 1
        return Spot(location, tuple(words[:start] + words[end:]))

    def _by_code(self, words: Sequence[str]) -> tuple[Location, int, int] | None:
        for at in range(len(words)):
            for end in (at + 1, at + 2):
                code = "".join(words[at:end])
                if end <= len(words) and any(c.isdigit() for c in code) and code in self._postal:
                    return _middle(self._postal[code]), at, end
        return None

    def _by_name(self, words: Sequence[str]) -> tuple[Location, int, int] | None:
        for name in sorted(self._names, key=len, reverse=True):
            if (at := _position(words, name)) is not None:
                return self._names[name], at, at + len(name)
        return None

    def _by_landmark(self, words: Sequence[str], *, alone: bool) -> tuple[Location, int, int] | None:
        """Take a place of the directory for where: only in "near Town Hall", else it is what is looked for."""
        for name, location in self._landmarks.items():
            at = _position(words, name)
            if at is not None and (alone or BESIDE & {*words[max(0, at - 3) : at], *words[at + len(name) :][:1]}):
                return location, at, at + len(name)
        return None

    def _by_street(self, words: Sequence[str], *, alone: bool) -> tuple[Location, int, int] | None:
        for (name, kind), known in self._streets.items():
            if kind and (at := _position(words, (*name, kind))) is not None:
                return _house(words, known, at, at + len(name) + 1)
        for (name, _), known in self._streets.items():
            at = _position(words, name)
            if at is not None and (alone or self._is_street(words, at, at + len(name))):
                return _house(words, known, at, at + len(name))
        return None

    def _is_street(self, words: Sequence[str], start: int, end: int) -> bool:
        """Tell whether words around a bare name say that it is a street: "12 Oak", "calle Oak", "Oak caddesi"."""
        around = [*words[max(0, start - 1) : start], *words[end : end + 1]]
        numbered = start > 0 and words[start - 1].isdecimal()
        typed = end < len(words) and words[end] in TYPES.values()
        return not typed and (numbered or any(word in STREET_WORDS for word in around))


def _position(words: Sequence[str], name: Sequence[str]) -> int | None:
    for at in range(len(words) - len(name) + 1):
        if name and all(same(word, meant) for word, meant in zip(words[at : at + len(name)], name, strict=True)):
            return at
    return None


def _words(text: str) -> list[str]:
    return [TYPES.get(word, ORDINALS.get(word, word)) for word in tokens(text)]


def _address(text: str) -> tuple[int | None, list[str]]:
    """Return house number and street of "12 Oak St, Room 4"."""
    words = _words(text.partition(",")[0])
    if words and words[0].isdecimal():
        return int(words[0]), words[1:]
    return None, words


def _code(text: str) -> str:
    return re.sub(r"-\d{4}$", "", text.strip()).replace(" ", "").lower()


def _middle(locations: Sequence[Location]) -> Location:
    count = len(locations)
    return Location(
        latitude=sum(one.latitude for one in locations) / count,
        longitude=sum(one.longitude for one in locations) / count,
    )


def _house(
    words: Sequence[str], known: Sequence[tuple[int | None, Location]], start: int, end: int
) -> tuple[Location, int, int]:
    """Return the known house nearest to the number before a street, else the middle of the street; and its words."""
    number = int(words[start - 1]) if start and words[start - 1].isdecimal() and len(words[start - 1]) < 6 else None
    houses = [(abs(house - number), location) for house, location in known if house is not None and number is not None]
    where = min(houses, key=lambda house: house[0])[1] if houses else _middle([location for _, location in known])
    return where, start - (number is not None), end
