"""A town in which one report waits to be handed over: for the tests of the submitter."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

from actions.backends.base import Accepted, Backend
from actions.backends.memory import Fault, MemoryBackend
from actions.submitter import Submitter
from bot.messages import Submit
from bot.phrases import Phrases
from store import alerts, conversations, follows, outbox, submissions, tables

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
REPORT = Submit(reference="K7QX-2M9D-4HTR", service_code="pothole", language="es")
REFERENCE = REPORT.reference
PHRASES = Phrases.load(ROOT / "data/responses")


class Town:
    """A store with one report that waits, a backend, and a clock that is moved by hand."""

    def __init__(self, engine: Engine, plan: Sequence[Fault] = (), *, report: Submit = REPORT) -> None:
        self.engine, self.now = engine, START
        self.memory = MemoryBackend(lambda: self.now, plan)
        self._ids = itertools.count()
        #: So often the process dies in the middle of what it writes.
        self.crashes = 0
        self.use(self.memory)
        with engine.begin() as conn:
            conversations.find_or_create(conn, "sms", "+1", now=START, new_id=lambda: "c1")
            submissions.add(conn, "c1", report, now=START)

    def use(self, backend: Backend) -> None:
        self.submitter = Submitter(self.engine, backend, PHRASES, lambda: self.now, self._new_id, jitter=lambda: 0.0)

    def _new_id(self) -> str:
        self.crashes -= 1
        if self.crashes >= 0:
            raise RuntimeError("the power went out")
        return f"id-{next(self._ids)}"

    async def run(self, times: int = 1, *, every: timedelta = timedelta(hours=1)) -> list[int]:
        done = []
        for _ in range(times):
            done.append(await self.submitter.run_once())
            self.now += every
        return done

    def heard(self) -> list[str]:
        with self.engine.begin() as conn:
            return [queued.outbound.text for queued in outbox.since(conn, "sms", "+1", 0)]

    def kept(self, reference: str = REFERENCE) -> submissions.Submission:
        with self.engine.begin() as conn:
            kept = submissions.get(conn, reference)
        assert kept is not None
        return kept

    def state(self) -> tuple[str, str | None]:
        kept = self.kept()
        return kept.state, kept.service_request_id

    def alerts(self) -> list[tuple[str, str]]:
        with self.engine.begin() as conn:
            return [(alert.kind, alert.subject) for alert in alerts.open_alerts(conn)]

    def followed(self) -> list[follows.Followed]:
        with self.engine.begin() as conn:
            return list(follows.of_conversation(conn, "c1"))


class Plays(MemoryBackend):
    """A backend that answers `submit` with what it is given, and remembers whether it was asked to look."""

    def __init__(self, answer: Accepted | Exception) -> None:
        super().__init__(lambda: START)
        self.answer = answer
        self.looked = 0

    async def submit(self, submit: Submit) -> Accepted:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def find(self, submit: Submit, *, tried_at: datetime) -> str | None:
        self.looked += 1
        return None


def next_attempt(town: Town) -> datetime:
    with town.engine.begin() as conn:
        due: datetime = conn.scalars(select(tables.submissions.c.next_attempt_at)).one()
    return due
