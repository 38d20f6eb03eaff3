"""The directory of services: what is there, near a place, for what somebody wants."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from actions.backends.directory.files import read_directory
from actions.backends.directory.kinds import Kinds
from actions.backends.directory.places import GONE, Place, from_record, to_record
from actions.backends.directory.whereabouts import Spot, Whereabouts, kilometres, read_gazetteer
from actions.backends.directory.wording import same, tokens
from bot.messages import Location
from store import places as stored
from store.engine import reading

#: A word that more places have than this says nothing of which one is meant.
TOO_COMMON = 3
#: Shorter words are not looked for in descriptions.
SHORTEST_WORD = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a sentence asks for."""

    #: Kinds of places, by their names in kinds.yml.
    kinds: tuple[str, ...] = ()
    #: Ids of places that are called by their names.
    named: tuple[str, ...] = ()
    #: Ids of places that have the words in what is said of them, when neither a kind nor a name is known.
    mentioned: tuple[str, ...] = ()
    #: Whether something is asked for that is nowhere in the directory.
    unknown: bool = False
    #: What else was said: "near", "open_now", details such as "phone".
    hints: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """A place that fits, and how far it is: None when either place is not known."""

    place: Place
    kilometres: float | None


class Directory(Protocol):
    """What actions ask the directory."""

    async def understand(self, text: str) -> Wanted:
        """Tell what a text asks for."""
        ...

    async def locate(self, text: str, *, alone: bool = False) -> Spot | None:
        """Return the place that a text names, nobody outside being asked; `alone`: the text is a place and no more."""
        ...

    async def search(self, wanted: Wanted, at: Location | None) -> Sequence[Match]:
        """Return all that fits, nearest first; without `at` in the order of their names."""
        ...

    async def titles(self, wanted: Wanted, language: str) -> Sequence[str]:
        """Return what the wanted kinds of places are called."""
        ...

    async def hints(self, text: str) -> frozenset[str]:
        """Return which details a text asks for: "phone", "documents", "open_now" ..."""
        ...

    async def places(self, ids: Sequence[str]) -> Sequence[Place]:
        """Return the places with these ids that are still there, in this order."""
        ...


class EmbeddedDirectory:
    """A `Directory` over the table `places`; read again only when that changed."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        """Take the database, and the folder with kinds.yml, words.yml and maybe gazetteer.yml."""
        self._engine = engine
        self._folder = folder
        self._known: tuple[stored.Version, Snapshot] | None = None

    async def understand(self, text: str) -> Wanted:
        return (await self._snapshot()).understand(text)

    async def locate(self, text: str, *, alone: bool = False) -> Spot | None:
        return (await self._snapshot()).locate(text, alone=alone)

    async def search(self, wanted: Wanted, at: Location | None) -> Sequence[Match]:
        return (await self._snapshot()).search(wanted, at)

    async def titles(self, wanted: Wanted, language: str) -> Sequence[str]:
        kinds = (await self._snapshot()).kinds
        return [kinds.title(kind, language) for kind in wanted.kinds]

    async def hints(self, text: str) -> frozenset[str]:
        return frozenset((await self._snapshot()).kinds.hints.read(text).names)

    async def places(self, ids: Sequence[str]) -> Sequence[Place]:
        by_id = (await self._snapshot()).by_id
        return [by_id[one] for one in ids if one in by_id]

    async def _snapshot(self) -> Snapshot:
        return await asyncio.to_thread(self._read)

    def _read(self) -> Snapshot:
        with reading(self._engine) as conn:
            version = stored.version(conn)
            if self._known is None or self._known[0] != version:
                found = [from_record(record) for record in stored.every(conn)]
                self._known = version, Snapshot(found, self._folder)
            return self._known[1]


class Snapshot:
    """The directory at one moment, with what is worked out once: kinds, words and whereabouts."""

    def __init__(self, places: Sequence[Place], folder: Path) -> None:
        self.by_id = {place.id: place for place in places if place.status not in GONE}
        self.kinds = Kinds.load(folder)
        self.whereabouts = Whereabouts(self.by_id.values(), read_gazetteer(folder / "gazetteer.yml"))
        here = list(self.by_id.values())
        towns = {token for place in here for token in tokens(place.city)}
        self._names = {place.id: [(_distinct(name, towns), own) for name, own in _names(place)] for place in here}
        #: Kinds by where they stand: what a service is called says more than where it is, or what it mentions.
        self._kinds = [
            {
                place.id: self._of(" . ".join((place.name, place.alternate_name, *place.taxonomy_terms)))
                for place in here
            },
            {place.id: self._of(place.location_name) for place in here},
            {place.id: self._of(place.description) for place in here},
        ]
        self._words = {place.id: frozenset(tokens(_all_words(place))) for place in here}
        self._common = Counter(word for words in self._words.values() for word in words)

    def _of(self, text: str) -> frozenset[str]:
        return frozenset(self.kinds.words.read(text, typos=False).names)

    def understand(self, text: str) -> Wanted:
        """Tell what a text asks for; where it is to be near is taken out first, so that Park Street is no park."""
        spot = self.locate(text)
        words = list(spot.rest) if spot else tokens(text)
        _, named = self._called(words)
        hints = self.kinds.hints.read(words, typos=False)
        kinds = self.kinds.words.read(hints.rest)
        if kinds.names or named:
            return Wanted(kinds.names, tuple(named), hints=frozenset(hints.names))
        rest = [word for word in kinds.rest if self._says_something(word)]
        mentioned = self._with_words(rest)
        return Wanted((), (), tuple(mentioned), bool(rest and not mentioned), frozenset(hints.names))

    def _says_something(self, word: str) -> bool:
        return len(word) >= SHORTEST_WORD and not word.isdecimal() and word not in self.kinds.fillers

    def locate(self, text: str, *, alone: bool = False) -> Spot | None:
        """Return where it is to be near; "Mill Road Pharmacy" names a pharmacy, and not where it is."""
        spot = self.whereabouts.find(text, alone=alone)
        if spot is None or alone:
            return spot
        words = tokens(text)
        longest, _ = self._called(words)
        return None if longest > len(words) - len(spot.rest) else spot

    def _called(self, words: Sequence[str]) -> tuple[int, list[str]]:
        """Return the length of the longest name that is called, and whose it is: services' own before their halls'."""
        best: tuple[int, bool] = (0, False)
        found: list[str] = []
        for one, names in self._names.items():
            for name, of_service in names:
                rank = len(name), of_service
                if rank < best or not _is_called(words, name):
                    continue
                found = [*found, one] if rank == best else [one]
                best = rank
        return best[0], list(dict.fromkeys(found))

    def _with_words(self, words: Sequence[str]) -> list[str]:
        """Return the places that have most of the uncommon words."""
        rare = [word for word in words if 0 < self._common[word] <= TOO_COMMON]
        scores = {one: sum(word in known for word in rare) for one, known in self._words.items()}
        best = max(scores.values(), default=0)
        return [one for one, score in scores.items() if best and score == best]

    def search(self, wanted: Wanted, at: Location | None) -> list[Match]:
        """Return all that fits, nearest first."""
        matches = [Match(place, _distance(place, at)) for place in map(self.by_id.__getitem__, self._fitting(wanted))]
        far = float("inf")
        return sorted(matches, key=lambda m: (far if m.kilometres is None else m.kilometres, m.place.name, m.place.id))

    def _fitting(self, wanted: Wanted) -> Collection[str]:
        if wanted.named or wanted.mentioned:
            return [one for one in wanted.named or wanted.mentioned if one in self.by_id]
        kinds = frozenset(wanted.kinds)
        fitting = ([one for one, own in level.items() if own & kinds] for level in self._kinds)
        return next((found for found in fitting if found), [])


def load_when_empty(engine: Engine, path: Path, clock: Callable[[], datetime]) -> int:
    """Fill an empty directory from HSDS files, if there are any; return how many places came in."""
    with reading(engine) as conn:
        if stored.count(conn) or not path.exists():
            return 0
    records = [to_record(place) for place in read_directory(path).places]
    with engine.begin() as conn:
        return len(records) if stored.fill(conn, records, now=clock()) else 0


def replace(engine: Engine, places: Sequence[Place], now: datetime) -> int:
    """Replace the directory by these places, all at once; return how many they are."""
    with engine.begin() as conn:
        stored.replace_all(conn, [to_record(place) for place in places], now=now)
    return len(places)


def _names(place: Place) -> list[tuple[str, bool]]:
    """Return what a place is called, and whether that is the service's own name or its location's."""
    return [(place.name, True), (place.alternate_name, True), (place.location_name, False)]


def _distinct(name: str, towns: Collection[str]) -> list[str]:
    """Return the words of a name, without the town's: everything is in Springdale."""
    return [token for token in tokens(name) if token not in towns]


def _is_called(said: Sequence[str], name: Sequence[str]) -> bool:
    """Tell whether a name is called, in one piece; one word alone is a kind of place, and no name."""
    if len(name) < 2:
        return False
    starts = range(len(said) - len(name) + 1)
    return any(all(map(same, said[at : at + len(name)], name)) for at in starts)


def _all_words(place: Place) -> str:
    names = (name for name, _ in _names(place))
    return " ".join((*names, place.organization_name, place.description, *place.taxonomy_terms))


def _distance(place: Place, at: Location | None) -> float | None:
    if at is None or place.latitude is None or place.longitude is None:
        return None
    return kilometres(at, Location(latitude=place.latitude, longitude=place.longitude))
