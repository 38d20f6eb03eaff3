"""Two hundred reports reach a town that fails in every way that servers do: each exactly once, each with its number."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from actions.backends.open311 import Open311
from actions.simulators.faults import FaultPlan
from actions.simulators.open311 import BASE, FakeOpen311
from actions.simulators.quirks import Quirk
from actions.submitter import Submitter
from bot.messages import Location, Submit
from bot.phrases import Phrases
from channels.simulators.serving import serve
from store import alerts, conversations, outbox, submissions
from store.engine import open_engine
from store.submissions import Submission

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DOWN_FROM, DOWN_UNTIL = START + timedelta(minutes=10), START + timedelta(minutes=70)
PLAN = FaultPlan(seed=1, errors=0.2, lost=0.1, down=((DOWN_FROM, DOWN_UNTIL),))
PHRASES = Phrases.load(ROOT / "data/responses")
KEY = "town-key-1"
#: Three services that give a number at once, one that gives a token for it.
ANSWERS = {
    "001": {"SIZE": "124", "LANE": ["bike", "walk"]},
    "graffiti": {"WORDS": "A fox, “çok güzel”"},
    "animal": {},
    "002": {"POLE": "17", "FAULT": "dark"},
}


def report(number: int) -> Submit:
    """Return one of the reports; some have the same words and place as others, as when a street complains."""
    code = list(ANSWERS)[number % len(ANSWERS)]
    return Submit(
        reference=f"K7QX-2M9D-{number:04d}",
        service_code=code,
        attributes=ANSWERS[code],
        description=f"It has been so for {number % 7} days.",
        location=Location(latitude=41.88 + number % 5 / 1000, longitude=-87.63),
    )


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class Town:
    """A store with reports that wait, the town's server, and what carries the ones to the other."""

    def __init__(self, engine: Engine, url: str, server: FakeOpen311, clock: Clock) -> None:
        self.engine, self.server, self.clock = engine, server, clock
        self._url = url
        self._ids = (f"id-{number}" for number in itertools.count())
        self._citizens = itertools.count()
        self._start()

    def _start(self) -> None:
        self.client = Open311(f"{self._url}{BASE}", self.clock, api_key=KEY)
        self.submitter = Submitter(self.engine, self.client, PHRASES, self.clock, lambda: next(self._ids))

    async def restart(self) -> None:
        """Let another process take over, which remembers nothing."""
        await self.client.close()
        self._start()

    def confirm(self, count: int) -> None:
        """Let so many citizens confirm a report."""
        for number in itertools.islice(self._citizens, count):
            with self.engine.begin() as conn:
                conversations.find_or_create(
                    conn, "sms", f"+{number}", now=self.clock(), new_id=lambda number=number: f"c{number}"
                )
                submissions.add(conn, f"c{number}", report(number), now=self.clock())

    async def work_until(self, end: datetime, *, step: timedelta) -> None:
        while self.clock.now < end:
            # What failed is due again later; when nothing is due, time passes.
            if not await self.submitter.run_once():
                self.clock.now += step

    def kept(self, number: int) -> Submission:
        with self.engine.begin() as conn:
            found = submissions.get(conn, report(number).reference)
        assert found is not None
        return found

    def heard(self, number: int) -> str:
        with self.engine.begin() as conn:
            return "\n".join(queued.outbound.text for queued in outbox.since(conn, "sms", f"+{number}", 0))

    def parked(self) -> list[str]:
        with self.engine.begin() as conn:
            return [alert.subject for alert in alerts.open_alerts(conn) if alert.kind == "parked_submission"]


@pytest.fixture
async def town(tmp_path: Path, migrated_sqlite: Path) -> AsyncIterator[Town]:
    shutil.copy(migrated_sqlite, tmp_path / "town.db")
    engine, clock = open_engine(f"sqlite:///{tmp_path}/town.db"), Clock()
    server = FakeOpen311(clock, api_key=KEY, quirks=frozenset({Quirk.SLOW_TOKENS, Quirk.PAGES}), plan=PLAN)
    async with serve(server) as url:
        opened = Town(engine, url, server, clock)
        yield opened
        await opened.client.close()
    engine.dispose()


@pytest.mark.slow
async def test_every_report_reaches_the_town_exactly_once_and_has_its_number_in_the_end(town: Town) -> None:
    town.confirm(140)
    await town.work_until(DOWN_FROM, step=timedelta(minutes=1))
    town.confirm(30)
    await town.work_until(DOWN_FROM + timedelta(minutes=30), step=timedelta(minutes=30))
    await town.restart()
    await town.work_until(DOWN_UNTIL, step=timedelta(minutes=30))
    town.confirm(30)
    await town.work_until(DOWN_UNTIL + timedelta(hours=2), step=timedelta(minutes=5))

    arrived = Counter(request.form.get("description").rpartition("Ref: ")[2] for request in town.server.received)
    assert arrived == Counter(report(number).reference for number in range(200))
    numbers = {request.form.get("description"): request.service_request_id for request in town.server.received}
    for number in range(200):
        kept = town.kept(number)
        case = numbers[f"{report(number).description}\nRef: {kept.reference}"]
        assert (kept.state, kept.service_request_id) == ("submitted", case)
        assert town.heard(number).count(case) == 1
    assert town.parked() == []
    # The plan was carried out: it would be no feat otherwise.
    statuses = Counter(post.status for post in town.server.posts)
    assert statuses[None] > 10
    assert sum(statuses[status] for status in (500, 502, 503)) > 50
    assert sum(request.token is not None for request in town.server.received) == 50
