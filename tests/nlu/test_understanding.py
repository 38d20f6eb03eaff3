"""How well messages are understood in words that no training file has, through the whole pipeline.

The floors are promises to citizens. Whoever falls below one mends the training data or the classifier, not the floor.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.evaluation.exam import CLEAN, SMS, read_exam
from bot.evaluation.figures import Figures, Group, figures, of_kind

EXAM = Path(__file__).parent
LANGUAGES = ("en", "es")

#: First reading in scope, of messages as they were written and as they are thumbed in a hurry.
UNDERSTOOD_CLEAN = 0.95
UNDERSTOOD_SMS = 0.90
#: Of what is out of scope, found to be so, while of what is in scope not more than this is turned away.
OUT_OF_SCOPE_FOUND = 0.90
FALSELY_REJECTED = 0.05

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def measured(model: Path) -> Figures:
    """Read all clean and thumbed messages with the model of the present content."""
    # Here, so that collecting the tests does not load Rasa.
    from bot.evaluation.run import sit

    cases = [case for case in read_exam(EXAM) if case.kind in (CLEAN, SMS)]
    return figures(asyncio.run(sit(model, cases)), model.name)


def share(figures: Figures, language: str, kind: str, score: str) -> float:
    group: Group = of_kind(figures, language, kind)
    found = getattr(group, score).share
    assert found is not None
    return float(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "floor"), [(CLEAN, UNDERSTOOD_CLEAN), (SMS, UNDERSTOOD_SMS)])
def test_the_first_reading_is_right(measured: Figures, language: str, kind: str, floor: float) -> None:
    assert share(measured, language, kind, "first") >= floor


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_out_of_scope_is_found(measured: Figures, language: str) -> None:
    assert share(measured, language, CLEAN, "foreign") >= OUT_OF_SCOPE_FOUND


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_in_scope_is_not_turned_away(measured: Figures, language: str) -> None:
    assert share(measured, language, CLEAN, "refused") <= FALSELY_REJECTED
