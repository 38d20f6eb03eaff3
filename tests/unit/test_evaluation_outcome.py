"""A parse is reduced to what the citizen gets, what was read first, and what else is scored."""

from __future__ import annotations

from typing import Any

import pytest

from bot.evaluation.exam import Case
from bot.evaluation.outcome import outcome

CASE = Case("when is bin day", "en", intents=("faq/bin_days",))
Ranking = list[tuple[str, float]]


def parse(name: str | None, ranking: Ranking, **more: Any) -> dict[str, Any]:
    """Return a parse in Rasa's shape."""
    selected: dict[str, Any] = {"default": {"ranking": [_entry(*one) for one in ranking]}}
    for label, confidence in reversed(ranking):
        if "/" in label:
            selected[label.partition("/")[0]] = {"response": _entry(label, confidence)}
    return {"intent": {"name": name, "confidence": 0.5}, "response_selector": selected, **more}


def _entry(label: str, confidence: float) -> dict[str, Any]:
    return {"intent_response_key": label, "confidence": confidence}


@pytest.mark.parametrize(
    ("name", "ranking", "answered", "first", "topic", "refused"),
    [
        ("faq", [("faq/a", 0.9), ("faq/b", 0.1)], "faq/a", "faq/a", "faq/a", False),
        ("report", [("report", 0.6), ("faq/a", 0.4)], "report", "report", "faq/a", False),
        ("out_of_scope", [("out_of_scope/x", 0.7), ("faq/a", 0.2)], "out_of_scope/x", "faq/a", "faq/a", True),
        ("nlu_fallback", [("faq/a", 0.3), ("report", 0.2)], "nlu_fallback", "faq/a", "faq/a", True),
        ("nlu_fallback", [("nlu_fallback", 0.8), ("report", 0.2)], "nlu_fallback", "report", None, True),
        ("nlu_fallback", [], "nlu_fallback", None, None, True),
        (None, [], "nlu_fallback", None, None, True),
    ],
)
def test_what_the_citizen_gets_and_what_was_read(
    name: str | None, ranking: Ranking, answered: str, first: str | None, topic: str | None, refused: bool
) -> None:
    found = outcome(CASE, parse(name, ranking), 1.0)
    assert (found.answered, found.first, found.topic, found.refused) == (answered, first, topic, refused)


def test_the_confidence_is_that_of_the_first_reading_in_scope() -> None:
    assert outcome(CASE, parse("out_of_scope", [("out_of_scope/x", 0.7), ("faq/a", 0.2)]), 1.0).confidence == 0.2
    assert outcome(CASE, parse("nlu_fallback", []), 1.0).confidence == 0.0


def test_entities_language_and_other_request_are_kept() -> None:
    entity = {"entity": "amount", "value": 84, "start": 4, "end": 6}
    found = outcome(CASE, parse("report", [], entities=[entity], language="es", other_request="faq/a"), 1.0)
    assert (found.entities, found.language, found.other_request) == ((("amount", "84"),), "es", "faq/a")


def test_a_pipeline_without_them_finds_none() -> None:
    found = outcome(CASE, {"intent": {"name": "greet"}}, 1.0)
    assert (found.answered, found.entities, found.language, found.other_request) == ("greet", (), None, None)
