"""Carrying reports out: once each, with retries, and an honest word."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from actions.backends.memory import Fault, MemoryBackend
from actions.submitter import Submitter
from bot.messages import Submit
from bot.phrases import Phrases
from store import alerts, conversations, outbox, submissions
from store.engine import migrate, open_engine

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
REFERENCE = "K7QX-2M9D-4HTR"


class Town:
    """A store with one report that waits, a backend with a plan, and a clock that is moved by hand."""

    def __init__(self, engine: Engine, plan: Sequence[Fault]) -> None:
        self.engine, self.now = engine, START
        self.backend = MemoryBackend(lambda: self.now, plan)
        ids = (f"id-{number}" for number in itertools.count())
        phrases = Phrases.load(ROOT / "data/responses")
        self.submitter = Submitter(engine, self.backend, phrases, lambda: self.now, lambda: next(ids), 3)
        with engine.begin() as conn:
            self.conversation = conversations.find_or_create(conn, "sms", "+1", now=START, new_id=lambda: "c1")
            report = Submit(reference=REFERENCE, service_code="pothole", language="es")
            submissions.add(conn, self.conversation, report, now=START)

    async def run(self, times: int = 1) -> list[int]:
        done = []
        for _ in range(times):
            done.append(await self.submitter.run_once())
            self.now += timedelta(hours=1)
        return done

    def heard(self) -> list[str]:
        with self.engine.begin() as conn:
            return [queued.outbound.text for queued in outbox.since(conn, "sms", "+1", 0)]

    def state(self) -> tuple[str, str | None]:
        with self.engine.begin() as conn:
            kept = submissions.get(conn, REFERENCE)
        assert kept is not None
        return kept.state, kept.service_request_id

    def alerts(self) -> list[tuple[str, str]]:
        with self.engine.begin() as conn:
            return [(alert.kind, alert.subject) for alert in alerts.open_alerts(conn)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/town.db"
    migrate(url)
    engine = open_engine(url)
    yield engine
    engine.dispose()


async def test_a_report_is_handed_over_once_and_the_citizen_gets_its_number_in_their_language(store: Engine) -> None:
    town = Town(store, [])
    assert await town.run(3) == [1, 0, 0]
    assert town.state() == ("submitted", "1")
    assert town.backend.arrived == [REFERENCE]
    assert [text.split(".")[0] for text in town.heard()] == [f"Su reporte {REFERENCE} es ahora el caso 1"]


async def test_a_lost_answer_does_not_make_a_second_report(store: Engine) -> None:
    town = Town(store, [Fault.AMBIGUOUS])
    await town.run(2)
    assert town.backend.arrived == [REFERENCE]
    assert town.state() == ("submitted", "1")


async def test_a_process_that_dies_after_handing_over_does_not_make_a_second_report(store: Engine) -> None:
    town = Town(store, [])
    with store.begin() as conn:
        (claimed,) = submissions.claim_due(conn, now=START, lease_for=timedelta(minutes=1), limit=1)
    await town.backend.submit(claimed.effect)  # and nobody wrote it down
    town.now += timedelta(minutes=2)
    await town.run()
    assert town.backend.arrived == [REFERENCE]
    assert town.state() == ("submitted", "1")


async def test_a_backend_that_is_down_is_tried_again_and_the_citizen_is_told_once(store: Engine) -> None:
    town = Town(store, [Fault.UNAVAILABLE, Fault.UNAVAILABLE])
    assert await town.run(3) == [1, 1, 1]
    first, second = town.heard()
    assert "está guardado" in first
    assert "caso 1" in second
    assert town.alerts() == []


@pytest.mark.parametrize(("plan", "runs"), [([Fault.REFUSED], 1), ([Fault.UNAVAILABLE] * 3, 3)])
async def test_what_cannot_be_handed_over_is_left_to_staff_and_said_so(
    store: Engine, plan: list[Fault], runs: int
) -> None:
    town = Town(store, plan)
    await town.run(runs + 2)
    assert town.state() == ("parked", None)
    assert town.alerts() == [("parked_submission", REFERENCE)]
    assert "nuestro personal" in town.heard()[-1]


async def test_a_late_second_process_changes_nothing(store: Engine) -> None:
    town = Town(store, [])
    with store.begin() as conn:
        (claimed,) = submissions.claim_due(conn, now=START, lease_for=timedelta(0), limit=1)
    await town.run()
    await town.submitter._carry(claimed)
    assert len(town.heard()) == 1
