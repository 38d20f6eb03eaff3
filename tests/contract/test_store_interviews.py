"""Unfinished interviews: one goes on in a conversation, others wait under their codes, each is taken up once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.errors import TurnFailed
from store import conversations, interviews

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
STATE: Mapping[str, Any] = {"asked": "location", "answers": {"service": "pothole", "note": "ü 🕳"}}
ids = (f"i{number}" for number in itertools.count())


def prepare(conn: Connection) -> None:
    conversations.find_or_create(conn, "sms", "+1", now=NOW, new_id=lambda: "c1")
    conversations.find_or_create(conn, "web", "w2", now=NOW, new_id=lambda: "c2")


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """A transaction with two conversations, c1 and c2."""
    with engine.begin() as conn:
        prepare(conn)
        yield conn


def note(conn: Connection, state: Mapping[str, Any] = STATE, *, of: str = "c1", now: datetime = NOW) -> None:
    interviews.note_open(conn, of, state, language="es", now=now, new_id=lambda: next(ids))


def put_aside(conn: Connection, code: str, state: Mapping[str, Any] = STATE, *, now: datetime = NOW) -> None:
    interviews.put_aside(conn, "c1", code, state, language="es", now=now, new_id=lambda: next(ids))


def waiting(conn: Connection, since: datetime = NOW) -> list[tuple[str, str | None]]:
    return [(one.conversation_id, one.code) for one in interviews.to_remind(conn, untouched_since=since, limit=9)]


def test_a_conversation_has_one_interview_that_goes_on(conn: Connection) -> None:
    note(conn)
    note(conn, {"asked": "summary"}, now=NOW + DAY)
    assert waiting(conn) == []
    [kept] = interviews.to_remind(conn, untouched_since=NOW + DAY, limit=9)
    assert (kept.state, kept.language, kept.code) == ({"asked": "summary"}, "es", None)
    interviews.close(conn, "c1")
    assert waiting(conn, NOW + DAY) == []


def test_what_is_put_aside_waits_under_its_code_and_no_longer_goes_on(conn: Connection) -> None:
    note(conn)
    put_aside(conn, "K7QX2M")
    interviews.close(conn, "c1")
    kept = interviews.by_code(conn, "K7QX2M")
    assert kept is not None
    assert (kept.conversation_id, kept.code, kept.state, kept.language) == ("c1", "K7QX2M", STATE, "es")
    assert waiting(conn) == [("c1", "K7QX2M")]
    assert interviews.by_code(conn, "K7QX2N") is None


def test_what_was_never_noted_can_be_put_aside_too(conn: Connection) -> None:
    put_aside(conn, "K7QX2M")
    assert interviews.by_code(conn, "K7QX2M") is not None


def test_taken_up_on_another_channel_it_goes_on_there_and_nowhere_else(conn: Connection) -> None:
    note(conn)
    put_aside(conn, "K7QX2M")
    interviews.take_up(conn, "c2", "K7QX2M", now=NOW)
    assert interviews.by_code(conn, "K7QX2M") is None
    assert waiting(conn) == [("c2", None)]
    with pytest.raises(TurnFailed, match="taken up elsewhere"):
        interviews.take_up(conn, "c1", "K7QX2M", now=NOW)


def test_what_goes_on_is_put_aside_before_another_is_taken_up(conn: Connection) -> None:
    put_aside(conn, "K7QX2M")
    note(conn, {"asked": "size"})
    put_aside(conn, "W3RT4Y", {"asked": "size"})
    interviews.take_up(conn, "c1", "K7QX2M", now=NOW)
    note(conn)
    kept = interviews.by_code(conn, "W3RT4Y")
    assert kept is not None
    assert kept.state == {"asked": "size"}
    assert sorted(waiting(conn), key=str) == [("c1", "W3RT4Y"), ("c1", None)]


def test_two_who_take_up_the_same_at_once_do_not_both_get_it(engine: Engine) -> None:
    with engine.begin() as conn:
        prepare(conn)
        put_aside(conn, "K7QX2M")

    def take_up(conversation_id: str) -> bool:
        try:
            with engine.begin() as conn:
                interviews.take_up(conn, conversation_id, "K7QX2M", now=NOW)
        except TurnFailed:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take_up, ["c1", "c2"])) == [False, True]


def test_a_code_that_is_taken_is_not_given_twice(conn: Connection) -> None:
    put_aside(conn, "K7QX2M")
    with pytest.raises(IntegrityError), conn.begin_nested():
        put_aside(conn, "K7QX2M", {})
    kept = interviews.by_code(conn, "K7QX2M")
    assert kept is not None
    assert kept.state == STATE


def test_the_last_that_was_put_aside_is_the_one_to_continue(conn: Connection) -> None:
    assert interviews.last_put_aside(conn, "c1") is None
    put_aside(conn, "K7QX2M", now=NOW + DAY)
    put_aside(conn, "W3RT4Y", now=NOW)
    note(conn, now=NOW + 2 * DAY)
    last = interviews.last_put_aside(conn, "c1")
    assert last is not None
    assert last.code == "K7QX2M"
    assert interviews.last_put_aside(conn, "c2") is None


def test_a_reminder_is_noted_once_and_not_for_what_was_touched_meanwhile(conn: Connection) -> None:
    note(conn)
    [kept] = interviews.to_remind(conn, untouched_since=NOW, limit=9)
    note(conn, now=NOW + DAY)
    assert not interviews.reminded(conn, kept.id, untouched_since=NOW, now=NOW + DAY)
    assert interviews.reminded(conn, kept.id, untouched_since=NOW + DAY, now=NOW + 2 * DAY)
    assert not interviews.reminded(conn, kept.id, untouched_since=NOW + DAY, now=NOW + 2 * DAY)
    assert waiting(conn, NOW + 9 * DAY) == []


def test_only_what_was_put_aside_is_forgotten(conn: Connection) -> None:
    put_aside(conn, "K7QX2M")
    put_aside(conn, "W3RT4Y", now=NOW + DAY)
    note(conn)
    assert interviews.forget_put_aside(conn, before=NOW + DAY) == 1
    assert interviews.by_code(conn, "W3RT4Y") is not None
    assert ("c1", None) in waiting(conn)
