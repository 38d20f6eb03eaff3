"""Which service of the catalogue citizens mean in their own words: by letters and by meaning, in any language.

What is said is compared with what the catalogue says of each service, and with what citizens say of the matters that
the service is about (`matters`). What fits nobody's matter, or one that this town does not take, finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from actions.intake.letters import Letters
from actions.intake.matters import NOTHING, matters, named_in
from actions.intake.services import Catalogue, Service
from actions.intake.text import plain
from actions.intake.told import address_in, describes

__all__ = ["Found", "Likeness", "address_in", "describes", "find", "prepare", "ranked"]

Floats = npt.NDArray[np.floating[Any]]
#: Makes a vector of length 1 of each text, a row each, so that texts that mean the same lie near.
Likeness = Callable[[list[str]], Floats]

#: How much a service's texts count: a keyword may be shared with others, a description names much else.
KEYWORD, DESCRIPTION = 0.8, 0.7
#: How much a matter counts that no service of the catalogue is about: its name may only be one that we don't know.
NOT_TAKEN = 0.85
#: A service is as near as its nearest texts, so many of them, each counting this part of the one before.
NEAREST, DECAY = 5, 0.6
#: Differences of nearness that make one service e times as likely as another, with an encoder and by letters alone.
#: Fitted to two thirds of the exam in tests/catalogues.
DIFFERENCE, DIFFERENCE_OF_LETTERS = 0.04, 0.03
#: So likely, a service is the one; else those are offered that are at least this part as likely as the best.
CLEAR, CLOSE = 0.75, 0.12
#: More are no offer.
MOST = 6
#: What is less likely, all together, is no offer either.
LEAST = 0.35
#: Where a story falls into parts; the part that says best what it is about counts.
BREAK = re.compile(r"[.!?;:؟؛]+\s*|\s*\n\s*|[,،]\s+|\s+(?:and|but|so|y|e|pero|ve|ama|و)\s+", re.IGNORECASE)
LEAST_PART, MOST_PARTS = 3, 12
#: Letters of what is looked at: less says nothing, more is no message.
FEWEST_LETTERS, LONGEST = 3, 2000


@dataclass(frozen=True, slots=True)
class Found:
    """A service, and how likely it is meant, 0 to 1."""

    service: Service
    chance: float


def find(catalogue: Catalogue, text: str, likeness: Likeness | None = None) -> list[Service]:
    """Return the services that `text` may mean, best first: one that is clear, up to six that are close, or none."""
    likely = ranked(catalogue, text, likeness)
    close = [found for found in likely if found.chance >= CLOSE * likely[0].chance]
    if sum(found.chance for found in close) < LEAST:
        return []
    return [found.service for found in close[: 1 if close[0].chance >= CLEAR else MOST]]


def ranked(catalogue: Catalogue, text: str, likeness: Likeness | None = None) -> list[Found]:
    """Return all services with their chances, the likeliest first; what is missing to 1 is the chance of none."""
    if len(plain(text)) < FEWEST_LETTERS or not catalogue.services:
        return []
    return _index(catalogue, likeness).ranked(text)


def prepare(catalogue: Catalogue, likeness: Likeness | None = None) -> None:
    """Get ready for a catalogue (up to seconds with an encoder), so that no citizen waits; done once for each."""
    _index(catalogue, likeness)


_INDEXES: WeakKeyDictionary[Catalogue, dict[Likeness | None, _Index]] = WeakKeyDictionary()


def _index(catalogue: Catalogue, likeness: Likeness | None) -> _Index:
    known = _INDEXES.setdefault(catalogue, {})
    if likeness not in known:
        known[likeness] = _Index(catalogue, likeness)
    return known[likeness]


@cache
def _sentences() -> tuple[tuple[str, ...], Mapping[str, npt.NDArray[np.intp]]]:
    """Return the sentences of all matters, and which are whose."""
    sentences = [(matter.key, said) for matter in matters() for said in matter.said]
    places = {
        matter.key: np.array([place for place, (key, _) in enumerate(sentences) if key == matter.key])
        for matter in matters()
    }
    return tuple(said for _, said in sentences), places


@cache
def _vectors_of_sentences(likeness: Likeness) -> Floats:
    return likeness(list(_sentences()[0]))


class _Texts:
    """Numbers of texts, and how much each counts."""

    def __init__(self, numbers: Iterable[int] | npt.NDArray[np.intp], weights: Iterable[float]) -> None:
        self._numbers = np.array(numbers, dtype=np.intp)
        self._weights = np.array(weights)

    def nearness(self, of_all: Floats) -> float:
        """Return how near what was said is to these, given how near it is to each text."""
        nearest = np.sort(of_all[self._numbers] * self._weights)[::-1][:NEAREST]
        decay = DECAY ** np.arange(len(nearest))
        return float(nearest @ decay / decay.sum())


class _Index:
    """A catalogue, ready to be searched."""

    def __init__(self, catalogue: Catalogue, likeness: Likeness | None) -> None:
        sentences, places = _sentences()
        own: list[str] = []
        taken: set[str] = set()
        self._services: list[tuple[Service, _Texts]] = []
        for service in catalogue.services.values():
            texts = dict(texts_of(service))
            about = named_in(texts.items())
            taken |= about.keys()
            first = len(sentences) + len(own)
            numbers = [*range(first, first + len(texts)), *(n for key in about for n in places[key])]
            weights = [*texts.values(), *(weight for key, weight in about.items() for _ in places[key])]
            own += texts
            self._services.append((service, _Texts(numbers, weights)))
        self._others = [
            _Texts(numbers, [1.0 if key == NOTHING else NOT_TAKEN] * len(numbers))
            for key, numbers in places.items()
            if key not in taken
        ]
        others = [number for key, numbers in places.items() if key not in taken for number in numbers]
        self._taken = np.setdiff1d(np.arange(len(sentences) + len(own)), others)
        self._letters = Letters([*sentences, *own])
        self._likeness = likeness
        self._vectors = np.vstack([_vectors_of_sentences(likeness), likeness(own)]) if likeness else None

    def ranked(self, text: str) -> list[Found]:
        of_parts = self._near(text)
        of_all = of_parts.max(axis=0)
        nearness = np.array([texts.nearness(of_all) for _, texts in self._services])
        # "Hello" and "thanks" around a report are no reason to see none: what counts is the part that says most.
        telling = int(of_parts[:, self._taken].max(axis=1).argmax())
        of_none = np.maximum(of_parts[0], of_parts[telling])
        none = max(texts.nearness(of_none) for texts in self._others)
        difference = DIFFERENCE if self._likeness else DIFFERENCE_OF_LETTERS
        powers = np.exp((np.append(nearness, none) - max(none, nearness.max())) / difference)
        chances = powers / powers.sum()
        order = np.argsort(-chances[:-1], kind="stable")
        return [Found(self._services[place][0], float(chances[place])) for place in order]

    def _near(self, text: str) -> Floats:
        """Return how near what was said is to each text, and below how near each of its parts is."""
        said = parts(text)
        near = np.stack([self._letters.likeness(part) for part in said])
        if self._likeness and self._vectors is not None:
            near = near + self._likeness(said) @ self._vectors.T
        return near


def texts_of(service: Service) -> Iterator[tuple[str, float]]:
    """Yield what a catalogue says of a service, in every language, each text with how much it counts."""
    for texts in (_written(service), *service.translations.values()):
        name, description = str(texts.get("service_name") or ""), str(texts.get("description") or "")
        yield from ((word, KEYWORD) for word in texts.get("keywords") or ())
        if description:
            yield description, DESCRIPTION
            yield f"{name}. {description}", 1.0
        if name:
            yield name, 1.0


def _written(service: Service) -> Mapping[str, object]:
    return {
        "service_name": service.service_name,
        "description": service.description,
        "keywords": service.keywords,
    }


def parts(text: str) -> list[str]:
    """Return the text, and its parts if it has several that say something by themselves."""
    said = text[:LONGEST]
    pieces = [piece for piece in BREAK.split(said) if len(piece.split()) >= LEAST_PART]
    return list(dict.fromkeys([said, *pieces[:MOST_PARTS]]))
