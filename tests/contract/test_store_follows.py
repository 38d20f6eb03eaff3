"""Cases that are followed: handed out once, and kept only if nothing happened meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from bot.messages import Submit
from store import conversations, follows, submissions

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """A transaction with two conversations, c1 and c2; the first follows case 7."""
    with engine.begin() as conn:
        conversations.find_or_create(conn, "sms", "+1", now=NOW, new_id=lambda: "c1")
        conversations.find_or_create(conn, "sms", "+2", now=NOW, new_id=lambda: "c2")
        follow(conn)
        yield conn


def follow(conn: Connection, conversation: str = "c1", number: str = "7", **values: Any) -> None:
    follows.add(conn, conversation, number, **{"language": "es", "status": "open", "now": NOW, **values})


def due(conn: Connection, now: datetime = NOW, limit: int = 9) -> list[follows.Followed]:
    return follows.claim_due(conn, now=now, lease_for=MINUTE, limit=limit)


def seen(conn: Connection, followed: follows.Followed, status: str = "closed", *, changed: bool = True) -> bool:
    return follows.seen(
        conn, followed, status=status, status_notes="ü", changed=changed, now=NOW, next_look_at=NOW + HOUR
    )


def test_a_follow_is_handed_out_once_and_comes_back_if_nothing_is_heard_of_it(conn: Connection) -> None:
    assert follows.any_due(conn, now=NOW)
    [claimed] = due(conn)
    assert (claimed.conversation_id, claimed.service_request_id, claimed.language) == ("c1", "7", "es")
    assert (claimed.status, claimed.seen_at, claimed.next_look_at) == ("open", None, NOW + MINUTE)
    assert not follows.any_due(conn, now=NOW)
    assert due(conn) == []
    assert len(due(conn, NOW + MINUTE)) == 1


def test_what_is_due_longest_is_handed_out_first(conn: Connection) -> None:
    for number in "89":
        follow(conn, number=number, now=NOW - int(number) * MINUTE)
    follow(conn, "c2", "6", now=NOW + MINUTE)
    assert {one.service_request_id for one in due(conn, limit=2)} == {"9", "8"}
    assert [one.service_request_id for one in due(conn)] == ["7"]


def test_what_a_look_found_is_kept_once(conn: Connection) -> None:
    [claimed] = due(conn)
    assert seen(conn, claimed)
    assert not seen(conn, claimed), "another process has told it"
    [kept] = follows.of_conversation(conn, "c1")
    assert (kept.status, kept.status_notes, kept.seen_at, kept.changed_at) == ("closed", "ü", NOW, NOW)
    assert kept.next_look_at == NOW + HOUR


def test_a_look_that_found_nothing_new_leaves_when_it_changed(conn: Connection) -> None:
    [claimed] = due(conn)
    assert seen(conn, claimed, "open", changed=False)
    [kept] = follows.of_conversation(conn, "c1")
    assert (kept.seen_at, kept.changed_at) == (NOW, None)


@pytest.mark.parametrize("number", [None, "7"])
def test_what_is_ended_stays_ended_whatever_a_look_found(conn: Connection, number: str | None) -> None:
    follow(conn, number="8")
    follow(conn, "c2")
    claimed = {(one.conversation_id, one.service_request_id): one for one in due(conn)}
    follows.end(conn, "c1", number)
    assert not seen(conn, claimed["c1", "7"])
    assert not follows.look_again(conn, claimed["c1", "7"], next_look_at=NOW)
    assert seen(conn, claimed["c1", "8"]) is (number is not None)
    assert seen(conn, claimed["c2", "7"])


def test_following_again_begins_anew(conn: Connection) -> None:
    [claimed] = due(conn)
    seen(conn, claimed)
    follows.end(conn, "c1")
    follow(conn, language="en", status="", now=NOW + HOUR)
    [kept] = follows.of_conversation(conn, "c1")
    assert (kept.language, kept.status, kept.status_notes, kept.seen_at) == ("en", "", "", None)
    assert (kept.created_at, kept.next_look_at) == (NOW + HOUR, NOW + HOUR)
    assert not seen(conn, claimed), "that look was before"


def test_ones_own_report_is_known_by_its_reference(conn: Connection) -> None:
    submissions.add(conn, "c1", Submit(reference="R1", service_code="noise"), now=NOW)
    submissions.submitted(conn, "R1", service_request_id="8", now=NOW)
    follow(conn, number="8")
    follow(conn, "c2", "8")
    assert [one.reference for one in follows.of_conversation(conn, "c2")] == [None]
    assert {one.service_request_id: one.reference for one in follows.of_conversation(conn, "c1")} == {
        "7": None,
        "8": "R1",
    }
