"""Telling what became of cases: each change once, and looking less and less often."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from actions.backends.base import CaseStatus
from actions.backends.memory import MemoryBackend
from actions.titles import Titles
from actions.watcher import LEASE, Watcher, look_at
from bot.errors import BackendUnavailable
from bot.messages import Choice, Submit
from bot.phrases import Phrases
from store import conversations, follows, outbox, submissions
from store.follows import Followed

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PHRASES = Phrases.load(ROOT / "data/responses")
TITLES = Titles({"case_fixed": {"en": "It is fixed", "es": "Ya está"}, "dispute_case": {"en": "Not fixed", "es": "No"}})


class Backend(MemoryBackend):
    """Answers with the states that it is given, and counts how it is asked."""

    def __init__(self) -> None:
        super().__init__(lambda: START)
        self.states: dict[str, CaseStatus] = {}
        self.asked: list[Sequence[str]] = []
        self.is_down = False

    async def statuses(self, service_request_ids: Sequence[str]) -> Mapping[str, CaseStatus]:
        self.asked.append(service_request_ids)
        if self.is_down:
            raise BackendUnavailable("It is down.")
        return {number: self.states[number] for number in service_request_ids if number in self.states}


class Town:
    """A store, a backend, and a clock that is moved by hand."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.now, self.backend = engine, START, Backend()
        self.crashes = 0
        self._ids = itertools.count()
        self.watcher = Watcher(engine, self.backend, PHRASES, TITLES, lambda: self.now, self._new_id)
        with engine.begin() as conn:
            conversations.find_or_create(conn, "sms", "+1", now=START, new_id=lambda: "c1")
            conversations.find_or_create(conn, "sms", "+2", now=START, new_id=lambda: "c2")

    def _new_id(self) -> str:
        self.crashes -= 1
        if self.crashes >= 0:
            raise RuntimeError("the power went out")
        return f"id-{next(self._ids)}"

    def report(self, number: str, *, language: str = "en") -> None:
        """Have the first conversation's own report submitted and followed."""
        with self.engine.begin() as conn:
            submissions.add(conn, "c1", Submit(reference=f"R{number}", service_code="noise"), now=self.now)
            submissions.submitted(conn, f"R{number}", service_request_id=number, now=self.now)
            follows.add(conn, "c1", number, language=language, status="open", now=self.now)
        self.set(number)

    def follow(self, number: str, conversation: str = "c2") -> None:
        with self.engine.begin() as conn:
            follows.add(conn, conversation, number, language="en", status="", now=self.now)

    def set(self, number: str, status: str = "open", notes: str = "") -> None:
        kept = "closed" if status == "closed" else "open"
        self.backend.states[number] = CaseStatus(status=kept, status_notes=notes, updated_datetime=self.now)  # type: ignore[arg-type]

    async def look(self, after: timedelta = timedelta(0)) -> list[str]:
        """Let time pass and the watcher look; return what the first conversation heard."""
        self.now += after
        before = len(self.said())
        await self.watcher.run_once()
        return [text for text, _ in self.said()[before:]]

    def said(self, address: str = "+1") -> list[tuple[str, tuple[Choice, ...]]]:
        with self.engine.begin() as conn:
            return [(q.outbound.text, q.outbound.choices) for q in outbox.since(conn, "sms", address, 0)]


@pytest.fixture
def town(small_store: Engine) -> Town:
    return Town(small_store)


async def test_the_first_look_is_silent_and_each_change_after_it_is_told_once(town: Town) -> None:
    town.report("7")
    town.set("7", notes="We have it.")
    assert await town.look() == []
    assert await town.look(11 * MINUTE) == []
    town.set("7", notes="A crew comes on <b>Monday</b>.")
    assert await town.look(11 * MINUTE) == ["News of case 7.\nThe town says: A crew comes on Monday."]
    assert await town.look(11 * MINUTE) == []
    town.set("7", "closed", "Filled.")
    assert await town.look(11 * MINUTE) == ["The town has closed case 7.\nThe town says: Filled."]
    assert await town.look(2 * DAY) == []
    town.set("7")
    assert await town.look(2 * DAY) == ["Case 7 is open again."]


async def test_a_closure_of_ones_own_report_may_be_answered_with_that_very_case(town: Town) -> None:
    town.report("7", language="es")
    town.set("7", "closed")
    [said] = await town.look()
    assert said == "El municipio cerró el caso 7."
    [(_, choices)] = town.said()
    assert [(one.title, one.payload) for one in choices] == [("Ya está", "/case_fixed 7"), ("No", "/dispute_case 7")]
    assert all(0 < len(one.id) <= 16 for one in choices)


async def test_who_follows_anothers_case_hears_of_its_closing_and_has_nothing_to_dispute(town: Town) -> None:
    town.follow("9", "c1")
    town.set("9")
    assert await town.look() == []
    town.set("9", "closed")
    assert await town.look(11 * MINUTE) == ["The town has closed case 9."]
    assert town.said()[0][1] == ()


async def test_what_was_closed_before_it_was_followed_is_no_news(town: Town) -> None:
    town.follow("9", "c1")
    town.set("9", "closed", "Long ago.")
    assert await town.look() == []


async def test_a_case_that_several_follow_is_asked_for_once_and_told_to_each(town: Town) -> None:
    town.report("7")
    town.follow("7", "c2")
    await town.look()
    town.set("7", "closed")
    await town.look(11 * MINUTE)
    assert town.backend.asked == [["7"], ["7"]]
    assert (len(town.said("+1")), len(town.said("+2"))) == (1, 1)


async def test_a_dead_backend_tells_nothing_and_is_asked_again(town: Town) -> None:
    town.report("7")
    await town.look()
    town.backend.is_down = True
    town.set("7", "closed")
    assert await town.watcher.run_once() == 0
    assert await town.look(11 * MINUTE) == []
    town.backend.is_down = False
    assert await town.look(LEASE) == ["The town has closed case 7."]


async def test_a_crash_between_two_changes_tells_each_of_them_once(town: Town) -> None:
    town.report("7")
    town.report("8")
    await town.look()
    town.set("7", "closed")
    town.set("8", "closed")
    town.now += 11 * MINUTE
    town.crashes = 1
    with pytest.raises(RuntimeError):
        await town.watcher.run_once()
    assert town.said() == []
    assert sorted(await town.look(LEASE)) == ["The town has closed case 7.", "The town has closed case 8."]
    assert await town.look(2 * DAY) == []


async def test_two_watchers_that_saw_the_same_tell_it_once(town: Town) -> None:
    town.report("7")
    await town.look()
    town.set("7", "closed")
    with town.engine.begin() as conn:
        [seen] = follows.of_conversation(conn, "c1")
    town.watcher._compare([seen, seen], town.backend.states)
    assert len(town.said()) == 1


async def test_who_wants_no_more_news_gets_none_also_of_what_was_being_looked_at(town: Town) -> None:
    town.report("7")
    await town.look()
    town.set("7", "closed")
    with town.engine.begin() as conn:
        [seen] = follows.of_conversation(conn, "c1")
        follows.end(conn, "c1")
    town.watcher._compare([seen], town.backend.states)
    assert await town.look(2 * DAY) == []
    assert town.said() == []


FOLLOWED = Followed(
    conversation_id="c1",
    service_request_id="7",
    reference="R7",
    language="en",
    status="open",
    status_notes="",
    created_at=START,
    next_look_at=START,
    seen_at=START,
    changed_at=None,
)
OPEN = CaseStatus(status="open", status_notes="", updated_datetime=START)
CLOSED = replace(OPEN, status="closed")


@pytest.mark.parametrize(
    ("status", "after", "changed_after", "wait"),
    [
        (OPEN, 1 * HOUR, None, 10 * MINUTE),  # it is new: often
        (OPEN, 3 * DAY, None, HOUR),
        (OPEN, 31 * DAY, None, DAY),
        (CLOSED, 1 * HOUR, None, DAY),  # closed just now: it may be opened again
        (CLOSED, 20 * DAY, 10 * DAY, DAY),
        (CLOSED, 24 * DAY, 10 * DAY, None),  # closed for two weeks
        (None, 1 * HOUR, None, HOUR),  # unknown, but it was seen a moment ago
        (None, 8 * DAY, None, None),  # unknown for a week
    ],
)
def test_when_a_case_is_looked_at_again(
    status: CaseStatus | None, after: timedelta, changed_after: timedelta | None, wait: timedelta | None
) -> None:
    now = START + after
    followed = FOLLOWED
    if changed_after is not None:
        followed = replace(FOLLOWED, status="closed", changed_at=START + changed_after)
    look = look_at(followed, status, now)
    assert look.next_look_at == (None if wait is None else now + wait)
