"""All figures of one evaluation, made from its outcomes: by language and kind of message, and over all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.evaluation.exam import FAR, LANGUAGES, NEAR, OTHER_LANGUAGE, UNSPOILT
from bot.evaluation.outcome import FAQ, Outcome
from bot.evaluation.scores import (
    F1,
    Bin,
    Pair,
    Rate,
    calibration_bins,
    calibration_error,
    confused,
    macro_f1,
    match,
    percentiles,
    rate,
)

WEAKEST = 15
MOST_CONFUSED = 20


@dataclass(frozen=True, slots=True)
class Told:
    """How well the language of messages is told; the shares add up to 1."""

    right: Rate
    #: No language: the conversation keeps the one it has.
    none: Rate
    wrong: Rate


@dataclass(frozen=True, slots=True)
class Group:
    """How messages of one language and kind are read. Out of scope is counted apart from what is in scope."""

    language: str
    kind: str
    #: Answered as it should be.
    answered: Rate
    #: The first reading in scope is right, whatever the gate said.
    first: Rate
    #: The right reading is among the first three in scope.
    three: Rate
    #: Of the messages that ask for a topic: the right one is the first of the topics.
    topic: Rate
    #: Of what is answered, over the intents of this group.
    macro_f1: float | None
    #: In scope, but told that this is not ours, or not understood.
    refused: Rate
    #: Out of scope, and told so.
    near: Rate
    far: Rate
    foreign: Rate
    #: Of the confidence of the first reading in scope.
    calibration_error: float | None
    told: Told


@dataclass(frozen=True, slots=True)
class Weak:
    """How an intent is read, over unspoilt messages in all languages."""

    intent: str
    answered: Rate
    first: Rate


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is reported."""

    model: str
    quick: bool
    groups: tuple[Group, ...]
    #: How messages in languages that we don't speak are taken.
    other_language: Told
    #: By type, and over all.
    entities: dict[str, F1]
    every_entity: F1
    #: By language: both requests of a message are found.
    two_requests: dict[str, Rate]
    #: Worst first.
    intents: tuple[Weak, ...]
    #: Truth, first reading in scope, how often; over unspoilt messages.
    confused: tuple[tuple[str, str | None, int], ...]
    calibration: tuple[Bin, ...]
    #: (truth, first reading in scope) of each unspoilt message.
    pairs: tuple[Pair, ...]
    #: Percentile to milliseconds, over every message that was read.
    milliseconds: dict[int, float]
    messages: int


def figures(outcomes: Sequence[Outcome], model: str, *, quick: bool = False) -> Figures:
    """Score the outcomes of one exam."""
    single = [o for o in outcomes if is_single(o)]
    unspoilt = [o for o in single if o.case.kind in UNSPOILT]
    pairs = tuple((truth(o), o.first) for o in unspoilt)
    entities = _entities(o for o in outcomes if o.case.entities is not None)
    return Figures(
        model=model,
        quick=quick,
        groups=tuple(_groups([*single, *(o for o in outcomes if o.case.foreign)])),
        other_language=_told([o for o in outcomes if o.case.language == OTHER_LANGUAGE]),
        entities=dict(sorted(entities.items())),
        every_entity=sum(entities.values(), F1()),
        two_requests=_two_requests([o for o in outcomes if len(o.case.intents) == 2]),
        intents=tuple(_by_intent(unspoilt)),
        confused=tuple(confused(pairs, MOST_CONFUSED)),
        calibration=tuple(_calibration(unspoilt)),
        pairs=pairs,
        milliseconds=percentiles([o.milliseconds for o in outcomes]),
        messages=len(outcomes),
    )


def is_single(outcome: Outcome) -> bool:
    """Whether a message asks for one thing, in scope."""
    return len(outcome.case.intents) == 1


def truth(outcome: Outcome) -> str:
    """Return the one intent that a message asks for."""
    (intent,) = outcome.case.intents
    return intent


def is_right(outcome: Outcome) -> bool:
    """Whether the first reading in scope is right."""
    return outcome.first == truth(outcome)


def _groups(outcomes: Iterable[Outcome]) -> list[Group]:
    found: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault((outcome.case.language, outcome.case.kind), []).append(outcome)
    order = {language: place for place, language in enumerate(LANGUAGES)}
    named = sorted(found.items(), key=lambda item: order.get(item[0][0], len(order)))
    return [group(language, kind, members) for (language, kind), members in named]


def group(language: str, kind: str, outcomes: Sequence[Outcome]) -> Group:
    """Score the messages of one language and kind, in scope or out of it."""
    asked = [o for o in outcomes if is_single(o)]
    return Group(
        language=language,
        kind=kind,
        answered=rate(o.answered == truth(o) for o in asked),
        first=rate(is_right(o) for o in asked),
        three=rate(truth(o) in [label for label, _ in o.ranking[:3]] for o in asked),
        topic=rate(o.topic == truth(o) for o in asked if truth(o).startswith(f"{FAQ}/")),
        macro_f1=macro_f1([(truth(o), o.answered) for o in asked]),
        refused=rate(o.refused for o in asked),
        near=rate(o.refused for o in outcomes if o.case.foreign == NEAR),
        far=rate(o.refused for o in outcomes if o.case.foreign == FAR),
        foreign=rate(o.refused for o in outcomes if o.case.foreign),
        calibration_error=calibration_error(_calibration(asked)),
        told=_told(outcomes),
    )


def _told(outcomes: Sequence[Outcome]) -> Told:
    def share(is_so: Callable[[Outcome], bool]) -> Rate:
        return rate(is_so(o) for o in outcomes)

    # A mixed sentence has two right answers.
    return Told(
        right=share(lambda o: o.language in o.case.language.split("/")),
        none=share(lambda o: o.language is None),
        wrong=share(lambda o: o.language is not None and o.language not in o.case.language.split("/")),
    )


def _calibration(outcomes: Sequence[Outcome]) -> list[Bin]:
    return calibration_bins([o.confidence for o in outcomes], [is_right(o) for o in outcomes])


def _entities(outcomes: Iterable[Outcome]) -> dict[str, F1]:
    total: dict[str, F1] = {}
    for outcome in outcomes:
        for name, score in match(outcome.case.entities or (), outcome.entities).items():
            total[name] = total.get(name, F1()) + score
    return total


def _two_requests(outcomes: Sequence[Outcome]) -> dict[str, Rate]:
    return {
        language: rate({o.answered, o.other_request} == set(o.case.intents) for o in members)
        for language in LANGUAGES
        if (members := [o for o in outcomes if o.case.language == language])
    }


def _by_intent(outcomes: Sequence[Outcome]) -> list[Weak]:
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(truth(outcome), []).append(outcome)
    weak = [
        Weak(intent, rate(o.answered == intent for o in members), rate(is_right(o) for o in members))
        for intent, members in found.items()
    ]
    return sorted(weak, key=lambda w: (w.answered.share, w.first.share, w.intent))


def of_kind(figures: Figures, language: str, kind: str) -> Group:
    """Return the group of a language and kind; raises StopIteration when nothing of it was asked."""
    return next(g for g in figures.groups if (g.language, g.kind) == (language, kind))
