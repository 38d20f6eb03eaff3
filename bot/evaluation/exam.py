"""Reads the exam below tests/nlu/: messages and what they mean. Its wordings never stand in the training data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import yaml

from bot.errors import ConfigurationError, ContentError
from bot.evaluation.noise import capitals, sms

LANGUAGES = ("en", "es", "tr", "ar")
#: The language of a sentence that is in two: to be taken for either is right.
MIXED_LANGUAGE = "en/es"
#: Neither of ours.
OTHER_LANGUAGE = "other"
#: Kinds of messages. The noisy ones are copies of the clean ones.
CLEAN, SMS, CAPITALS, STORIES, MIXED = "clean", "sms", "capitals", "stories", "mixed"
#: Without noise: what counts where every message must count once.
UNSPOILT = (CLEAN, STORIES, MIXED)
#: What is out of scope but sounds like a town's business, and what does not.
NEAR, FAR = "near", "far"
#: Chance of the noise; each message has its own, so that adding one leaves the others as they are.
SEED = 20261124
#: The quick exam asks every n-th message.
QUICK = 5


@dataclass(frozen=True, slots=True)
class Case:
    """One message of the exam, and what is right about it."""

    text: str
    language: str
    kind: str = CLEAN
    #: The full intents asked for: one, or two in one message; none when it is out of scope or asked for other things.
    intents: tuple[str, ...] = ()
    #: NEAR or FAR when it is out of scope.
    foreign: str | None = None
    #: (type, value) pairs; None when entities are not asked for.
    entities: tuple[tuple[str, str], ...] | None = None


def read_exam(folder: Path, *, quick: bool = False) -> list[Case]:
    """Return every message of the exam in `folder` with its noisy copies; a fifth of it when `quick`.

    Raises ConfigurationError when there is none, ContentError when a file has another shape.
    """
    cases = list(written(folder))
    return list(with_noise(_thinned(cases) if quick else cases))


def written(folder: Path) -> Iterator[Case]:
    """Every message of the exam as it was written."""
    paths = sorted(folder.rglob("*.yml"))
    if not paths:
        raise ConfigurationError(f"There is no exam in {folder}; run this in a checkout with its tests.")
    for path in paths:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        try:
            yield from _cases(path.relative_to(folder), content)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ContentError(f"{path} is not written as the other files of the exam; compare them.") from error


def _cases(path: Path, content: Any) -> Iterator[Case]:
    folder = path.parent.name
    if folder in LANGUAGES and path.stem == "two_requests":
        return (Case(entry["text"], folder, intents=_two(entry["intents"])) for entry in content)
    if folder in LANGUAGES:
        return _single(content, folder, STORIES if path.stem == "stories" else CLEAN)
    if folder == "out_of_scope":
        return (Case(text, path.stem, foreign=how) for how in (NEAR, FAR) for text in content[how])
    match path.stem:
        case "mixed":
            return _single(content, MIXED_LANGUAGE, MIXED)
        case "languages":
            return (Case(text, OTHER_LANGUAGE) for text in content["other"])
        case "entities":
            return (Case(e["text"], e["language"], entities=_entities(e["entities"])) for e in content)
    raise ValueError(path)


def _single(content: dict[str, list[str]], language: str, kind: str) -> Iterator[Case]:
    return (Case(text, language, kind, (intent,)) for intent, texts in content.items() for text in texts)


def _two(intents: list[str]) -> tuple[str, str]:
    first, second = intents
    return first, second


def _entities(listed: Iterable[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((entity["entity"], str(entity["value"])) for entity in listed)


def _thinned(cases: Iterable[Case]) -> Iterator[Case]:
    """Every fifth of what is alike, so that all languages and kinds stay."""
    seen: Counter[tuple[object, ...]] = Counter()
    for case in cases:
        alike = (case.language, case.kind, case.foreign, len(case.intents))
        if seen[alike] % QUICK == 0:
            yield case
        seen[alike] += 1


def with_noise(cases: Iterable[Case]) -> Iterator[Case]:
    """The cases, and spoilt copies of the clean ones that ask for one intent or are out of scope."""
    for case in cases:
        yield case
        if case.kind != CLEAN or not (len(case.intents) == 1 or case.foreign):
            continue
        random = Random(f"{SEED} {case.text}")  # noqa: S311 - nothing secret
        yield replace(case, kind=SMS, text=sms(case.text, case.language, random))
        # Arabic has none.
        if case.language != "ar":
            yield replace(case, kind=CAPITALS, text=capitals(case.text, case.language))
