"""One reminder of a report that was begun, by day, and nothing is kept for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from actions.intake.services import Catalogue, Service
from actions.reminder import KEPT_FOR, Reminder
from bot.phrases import Phrases
from store import conversations, interviews, outbox

ROOT = Path(__file__).parents[2]
#: Noon in the town.
START = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Chicago")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STATE: dict[str, Any] = {"answers": {"service": "pothole"}}
CATALOGUE = Catalogue.of([Service(service_code="pothole", service_name="Pothole")])


class Town:
    """A store with one citizen, and a clock that is moved by hand."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.now, self.crashes = engine, START, 0
        phrases = Phrases.load(ROOT / "data/responses")
        self.reminder = Reminder(engine, lambda: CATALOGUE, phrases, lambda: self.now, self._new_id, ZONE)
        with engine.begin() as conn:
            conversations.find_or_create(conn, "sms", "+1", now=START, new_id=lambda: "c1")

    def _new_id(self) -> str:
        self.crashes -= 1
        if self.crashes >= 0:
            raise RuntimeError("the power went out")
        return f"id-{-self.crashes}"

    def note(self, state: dict[str, Any] = STATE, code: str | None = None, language: str = "en") -> None:
        with self.engine.begin() as conn:
            if code is None:
                interviews.note_open(conn, "c1", state, language=language, now=self.now, new_id=lambda: "i1")
            else:
                interviews.put_aside(conn, "c1", code, state, language=language, now=self.now, new_id=lambda: "i1")

    async def hears(self, after: timedelta) -> list[str]:
        self.now += after
        before = len(self._said())
        await self.reminder.run_once()
        return self._said()[before:]

    def _said(self) -> list[str]:
        with self.engine.begin() as conn:
            return [queued.outbound.text for queued in outbox.since(conn, "sms", "+1", 0)]


@pytest.fixture
def town(small_store: Engine) -> Town:
    return Town(small_store)


@pytest.mark.parametrize(
    ("state", "code", "language", "expected"),
    [
        (STATE, None, "en", ["Pothole", '"continue"', '"forget it"']),
        (STATE, None, "es", ["Pothole", '"continuar"']),
        ({"answers": {}}, None, "en", ["did not finish it.\n"]),
        ({"answers": {"service": "gone"}}, None, "en", ["did not finish it.\n"]),
        (STATE, "K7QX2M", "en", ["Pothole", "K7Q-X2M", "30 days"]),
    ],
)
async def test_a_forgotten_report_is_brought_to_mind_once(
    town: Town, state: dict[str, Any], code: str | None, language: str, expected: list[str]
) -> None:
    town.note(state, code, language)
    assert await town.hears(23 * HOUR) == []
    [said] = await town.hears(HOUR)
    assert all(part in said for part in expected)
    assert await town.hears(2 * DAY) == []


async def test_whoever_wrote_meanwhile_is_not_reminded_before_another_day(town: Town) -> None:
    town.note()
    town.now += 20 * HOUR
    town.note()
    assert await town.hears(20 * HOUR) == []
    assert len(await town.hears(4 * HOUR)) == 1


async def test_nobody_is_woken(town: Town) -> None:
    town.now += 8 * HOUR  # 8 p.m.
    town.note()
    assert await town.hears(25 * HOUR) == []  # 9 p.m.
    assert await town.hears(10 * HOUR) == []  # 7 a.m.
    assert len(await town.hears(HOUR)) == 1  # 8 a.m.


async def test_one_reminder_for_a_report_however_often_it_is_taken_up(town: Town) -> None:
    town.note()
    assert len(await town.hears(DAY)) == 1
    town.note(code="K7QX2M")
    assert await town.hears(DAY) == []
    with town.engine.begin() as conn:
        interviews.take_up(conn, "c1", "K7QX2M", now=town.now)
    assert await town.hears(DAY) == []


async def test_who_wants_no_more_news_is_not_reminded(town: Town) -> None:
    town.note()
    with town.engine.begin() as conn:
        interviews.remind_no_more(conn, "c1", now=town.now)
    assert await town.hears(DAY) == []


async def test_a_crash_in_the_middle_neither_loses_nor_doubles_the_reminder(town: Town) -> None:
    town.note()
    town.crashes = 1
    with pytest.raises(RuntimeError):
        await town.hears(DAY)
    assert len(await town.hears(HOUR)) == 1
    assert await town.hears(HOUR) == []


async def test_what_was_put_aside_is_forgotten_when_citizens_were_told_and_what_goes_on_stays(town: Town) -> None:
    town.note(code="K7QX2M")
    await town.hears(KEPT_FOR)
    with town.engine.begin() as conn:
        assert interviews.by_code(conn, "K7QX2M") is not None
        interviews.note_open(conn, "c1", STATE, language="en", now=START, new_id=lambda: "i2")
    await town.hears(HOUR)
    with town.engine.begin() as conn:
        assert interviews.by_code(conn, "K7QX2M") is None
        assert not interviews.to_remind(conn, untouched_since=START, limit=9)
