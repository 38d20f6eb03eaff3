"""The figures of a tiny exam, reckoned by hand, and how they are reported, drawn and written as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.evaluation.as_json import as_json
from bot.evaluation.exam import Case
from bot.evaluation.figures import Figures, figures, of_kind
from bot.evaluation.outcome import Outcome
from bot.evaluation.pictures import draw
from bot.evaluation.report import report
from bot.evaluation.scores import F1, Rate

BUS, POOL = "faq/bus", "faq/pool"


def read(case: Case, answered: str, *labels: str, language: str | None = "en", other: str | None = None) -> Outcome:
    """Return the outcome of a case: what was answered, and the readings in scope."""
    ranking = tuple((label, 0.8 / (place + 1)) for place, label in enumerate(labels))
    topic = next((label for label in labels if label.startswith("faq/")), None)
    return Outcome(case, answered, ranking, topic, (), language, other, 2.0)


def bus(kind: str = "clean", language: str = "en") -> Case:
    return Case("when is the bus", language, kind, (BUS,))


OUTCOMES = (
    read(bus(), BUS, BUS),
    read(bus(), POOL, POOL, BUS),
    read(bus(), "nlu_fallback", BUS, language=None),
    read(Case("a hole", "en", intents=("report",)), "report", "report", BUS, language="es"),
    read(bus("sms"), "out_of_scope/mail", POOL, "report", "greet", BUS),
    read(bus("mixed", "en/es"), BUS, BUS, language="es"),
    read(Case("passport", "en", foreign="near"), "out_of_scope/passport", BUS),
    read(Case("taxes", "en", foreign="near"), BUS, BUS),
    read(Case("a poem", "en", foreign="far"), "nlu_fallback", BUS),
    read(Case("le bus", "other"), "nlu_fallback", BUS, language="other"),
    read(Case("bus and pool", "en", intents=(BUS, POOL)), POOL, POOL, other=BUS),
    read(Case("bus and pool", "en", intents=(BUS, POOL)), POOL, POOL),
    replace(
        read(Case("pay 84", "en", entities=(("amount", "84"), ("date", "today"))), "report"),
        entities=(("amount", "84"),),
    ),
)


@pytest.fixture(scope="module")
def found() -> Figures:
    return figures(OUTCOMES, "model")


def test_clean_messages_in_scope(found: Figures) -> None:
    clean = of_kind(found, "en", "clean")
    assert clean.answered == Rate(2, 4)
    assert clean.first == Rate(3, 4)
    assert clean.three == Rate(4, 4)
    assert clean.topic == Rate(2, 3)
    assert clean.refused == Rate(1, 4)
    # The bus: precision 1, recall 1/3, so 1/2; the report: 1.
    assert clean.macro_f1 == pytest.approx(0.75)
    # All four are 0.8 sure; three are right.
    assert clean.calibration_error == pytest.approx(0.05)


def test_noise_is_counted_apart(found: Figures) -> None:
    noisy = of_kind(found, "en", "sms")
    assert (noisy.first, noisy.three, noisy.refused) == (Rate(0, 1), Rate(0, 1), Rate(1, 1))


def test_out_of_scope_is_found_near_and_far(found: Figures) -> None:
    clean = of_kind(found, "en", "clean")
    assert (clean.near, clean.far, clean.foreign) == (Rate(1, 2), Rate(1, 1), Rate(2, 3))


def test_the_language_is_right_unknown_or_wrong(found: Figures) -> None:
    told = of_kind(found, "en", "clean").told
    assert (told.right, told.none, told.wrong) == (Rate(5, 7), Rate(1, 7), Rate(1, 7))
    assert of_kind(found, "en/es", "mixed").told.right == Rate(1, 1)
    assert found.other_language.right == Rate(1, 1)


def test_entities_and_two_requests(found: Figures) -> None:
    assert found.entities == {"amount": F1(right=1), "date": F1(missed=1)}
    assert found.every_entity == F1(right=1, missed=1)
    assert found.two_requests == {"en": Rate(1, 2)}


def test_the_weakest_come_first_and_noise_does_not_count(found: Figures) -> None:
    assert [(weak.intent, weak.answered, weak.first) for weak in found.intents] == [
        (BUS, Rate(2, 4), Rate(3, 4)),
        ("report", Rate(1, 1), Rate(1, 1)),
    ]
    assert found.confused == ((BUS, POOL, 1),)


def test_everything_that_was_read_is_timed_and_counted(found: Figures) -> None:
    assert found.messages == len(OUTCOMES)
    assert found.milliseconds == {50: 2.0, 95: 2.0}


def test_the_report_shows_figures_and_no_message(found: Figures) -> None:
    text = report(found)
    row = next(line for line in text.splitlines() if line.split()[:2] == ["en", "clean"])
    assert row.split()[2:5] == ["4", "50.0", "(15-85)"]
    assert not [outcome.case.text for outcome in OUTCOMES if outcome.case.text in text]
    assert max(map(len, text.splitlines())) <= 120


def test_a_quick_report_says_so(found: Figures) -> None:
    assert "QUICK" not in report(found)
    assert "QUICK" in report(replace(found, quick=True))


def test_the_json_holds_counts_and_intervals(found: Figures) -> None:
    data = json.loads(as_json(found))
    clean = next(g for g in data["groups"] if (g["language"], g["kind"]) == ("en", "clean"))
    assert clean["answered"] == {"share": 0.5, "low": 0.15004, "high": 0.84996, "hits": 2, "count": 4}
    assert data["entities"]["date"]["f1"] == 0.0
    assert data["confused"] == [[BUS, POOL, 1]]
    assert "pairs" not in data


@pytest.mark.parametrize("outcomes", [OUTCOMES, OUTCOMES[:1], ()])
def test_pictures_are_drawn_even_of_nothing(tmp_path: Path, outcomes: tuple[Outcome, ...]) -> None:
    for path in draw(figures(outcomes, "model"), tmp_path):
        assert path.read_bytes().startswith(b"\x89PNG")
