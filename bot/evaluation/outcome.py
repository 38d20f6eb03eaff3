"""What came of one message of the exam: Rasa's parse, reduced to what is scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.evaluation.exam import Case

#: What a citizen gets who was not understood.
FALLBACK = "nlu_fallback"
FAQ, OUT_OF_SCOPE = "faq", "out_of_scope"
#: Intents that stand for many; which one of them was meant, the response selector says.
RETRIEVAL = (FAQ, OUT_OF_SCOPE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One message, and how it was read."""

    case: Case
    #: What the citizen gets: a full intent, or FALLBACK.
    answered: str
    #: The readings that are in scope with their confidences, best first, whatever the gate said.
    ranking: tuple[tuple[str, float], ...]
    #: The best of the town's topics.
    topic: str | None
    #: (type, value) pairs.
    entities: tuple[tuple[str, str], ...]
    language: str | None
    other_request: str | None
    milliseconds: float

    @property
    def first(self) -> str | None:
        """The first reading in scope."""
        return self.ranking[0][0] if self.ranking else None

    @property
    def confidence(self) -> float:
        """How sure the first reading in scope is, 0 to 1."""
        return self.ranking[0][1] if self.ranking else 0.0

    @property
    def refused(self) -> bool:
        """Whether the citizen is told that this is not ours, or not understood."""
        return self.answered == FALLBACK or _is_foreign(self.answered)


def outcome(case: Case, parse: Mapping[str, Any], milliseconds: float) -> Outcome:
    """Return what is scored of a parse that took so long."""
    ranking = [(entry["intent_response_key"], entry["confidence"]) for entry in _selected(parse, "default", "ranking")]
    ours = tuple((label, float(confidence)) for label, confidence in ranking if not _is_foreign(label))
    return Outcome(
        case=case,
        answered=_answered(parse),
        ranking=tuple(entry for entry in ours if entry[0] != FALLBACK),
        topic=_key(parse, FAQ),
        entities=tuple((entity["entity"], str(entity["value"])) for entity in parse.get("entities") or ()),
        language=parse.get("language"),
        other_request=parse.get("other_request"),
        milliseconds=milliseconds,
    )


def _answered(parse: Mapping[str, Any]) -> str:
    name: str = parse["intent"].get("name") or FALLBACK
    return (_key(parse, name) or name) if name in RETRIEVAL else name


def _key(parse: Mapping[str, Any], retrieval_intent: str) -> str | None:
    found: str | None = dict(_selected(parse, retrieval_intent, "response")).get("intent_response_key")
    return found


def _selected(parse: Mapping[str, Any], retrieval_intent: str, part: str) -> Any:
    return parse.get("response_selector", {}).get(retrieval_intent, {}).get(part) or ()


def _is_foreign(label: str) -> bool:
    return label.partition("/")[0] == OUT_OF_SCOPE
