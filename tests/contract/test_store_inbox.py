"""The inbox keeps each message once, and hands them out in order."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, Engine, func, select

from bot.messages import Inbound, Location
from store import conversations, inbox, tables
from store.conversations import Conversation, Lease
from store.engine import reading

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
T = TypeVar("T")


def new_id() -> str:
    return str(uuid.uuid4())


def message(provider_id: str, address: str = "+15550001") -> Inbound:
    return Inbound(channel="sms", provider_id=provider_id, address=address, text="Ünïcode 🕳", received_at=NOW)


def accept(conn: Connection, provider_id: str, address: str = "+15550001") -> inbox.Accepted:
    return inbox.accept(conn, message(provider_id, address), now=NOW, new_id=new_id)


def claim(conn: Connection, owner: str = "worker", now: datetime = NOW) -> Lease | None:
    return conversations.claim(conn, owner, now=now, lease_for=MINUTE)


def sure(lease: Lease | None) -> Lease:
    assert lease is not None
    return lease


def side_by_side(count: int, work: Callable[[int], T]) -> list[T]:
    """Run `work` in that many threads, which start together."""
    start = threading.Barrier(count)

    def run(number: int) -> T:
        start.wait(10)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_a_message_is_kept_once(engine: Engine) -> None:
    with engine.begin() as conn:
        first, again = accept(conn, "SM1"), accept(conn, "SM1")
        other = inbox.accept(conn, message("SM2"), now=NOW, new_id=new_id)
    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert again.id == first.id != other.id
    assert again.conversation_id == first.conversation_id == other.conversation_id


def test_a_message_that_arrives_many_times_at_once_is_kept_once(engine: Engine) -> None:
    def arrive(_: int) -> inbox.Accepted:
        with engine.begin() as conn:
            return accept(conn, "SM1")

    accepted = side_by_side(6, arrive)
    assert sorted(a.is_new for a in accepted) == [False] * 5 + [True]
    assert len({(a.id, a.conversation_id) for a in accepted}) == 1


def test_first_messages_of_one_citizen_at_once_make_one_conversation(engine: Engine) -> None:
    def arrive(number: int) -> str:
        with engine.begin() as conn:
            return accept(conn, f"SM{number}").conversation_id

    assert len(set(side_by_side(6, arrive))) == 1
    with reading(engine) as conn:
        assert conn.scalar(select(func.count()).select_from(tables.conversations)) == 1
        assert inbox.waiting_count(conn) == 6


def test_messages_of_one_citizen_are_committed_in_the_order_of_their_numbers(engine: Engine) -> None:
    with engine.begin() as conn:
        accept(conn, "SM1")

    def arrive() -> str:
        with engine.begin() as conn:
            return accept(conn, "SM3").id

    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as conn:
            accept(conn, "SM2")
            arriving = pool.submit(arrive)
            with pytest.raises(TimeoutError):
                arriving.result(0.1)
        arriving.result(10)
    with reading(engine) as conn:
        ids = conn.scalars(select(tables.inbox.c.provider_id).order_by(tables.inbox.c.seq))
        assert list(ids) == ["SM1", "SM2", "SM3"]


def test_an_accepted_message_is_gone_when_its_transaction_fails(engine: Engine) -> None:
    def crash() -> None:
        with engine.begin() as conn:
            accept(conn, "SM1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()
    with reading(engine) as conn:
        assert inbox.waiting_count(conn) == 0


def test_the_head_comes_back_as_it_was_accepted(engine: Engine) -> None:
    whole = Inbound(
        channel="sms",
        provider_id="SM1",
        address="+15550001",
        text="ñ\u202e'; DROP TABLE inbox; --",
        choice="c1",
        language="es",
        location=Location(latitude=-1.5, longitude=2.25),
        attachments=("https://example.org/a.jpg",),
        received_at=NOW,
    )
    with engine.begin() as conn:
        kept = inbox.accept(conn, whole, now=NOW, new_id=new_id)
        assert inbox.head(conn, kept.conversation_id) == inbox.Waiting(kept.id, kept.conversation_id, whole, 0)
        assert conversations.get(conn, kept.conversation_id) == Conversation(
            id=kept.conversation_id, channel="sms", address="+15550001"
        )


def test_messages_of_a_conversation_are_answered_in_order(engine: Engine) -> None:
    with engine.begin() as conn:
        kept = [accept(conn, f"SM{number}") for number in range(3)]
        for accepted in kept:
            head = inbox.head(conn, accepted.conversation_id)
            assert head is not None
            assert head.id == accepted.id
            inbox.done(conn, head.id, NOW)
        assert inbox.head(conn, kept[0].conversation_id) is None
        assert inbox.waiting_count(conn) == 0


def test_a_failed_message_waits_and_keeps_those_behind_it_waiting(engine: Engine) -> None:
    with engine.begin() as conn:
        first, _second = accept(conn, "SM1"), accept(conn, "SM2")
        inbox.retry(conn, first.id, error="ActionFailed", next_attempt_at=NOW + MINUTE)
        assert claim(conn) is None
        assert claim(conn, now=NOW + MINUTE) is not None
        head = inbox.head(conn, first.conversation_id)
    assert head is not None
    assert (head.id, head.attempts) == (first.id, 1)


def test_a_failed_message_keeps_no_other_conversation_waiting(engine: Engine) -> None:
    with engine.begin() as conn:
        first, second = accept(conn, "SM1", "+1"), accept(conn, "SM2", "+2")
        inbox.retry(conn, first.id, error="ActionFailed", next_attempt_at=NOW + MINUTE)
        assert sure(claim(conn)).conversation_id == second.conversation_id


def test_a_parked_message_lets_the_next_one_go(engine: Engine) -> None:
    with engine.begin() as conn:
        first, second = accept(conn, "SM1"), accept(conn, "SM2")
        inbox.park(conn, first.id, error="x" * 1000, now=NOW)
        assert claim(conn) is not None
        head = inbox.head(conn, first.conversation_id)
        parked = conn.execute(select(tables.inbox).where(tables.inbox.c.id == first.id)).one()
    assert head is not None
    assert head.id == second.id
    assert (parked.state, parked.attempts, len(parked.error)) == ("parked", 1, 255)


def test_what_is_answered_is_never_tried_again(engine: Engine) -> None:
    with engine.begin() as conn:
        kept = accept(conn, "SM1")
        inbox.done(conn, kept.id, NOW)
        inbox.retry(conn, kept.id, error="late", next_attempt_at=NOW)
        inbox.park(conn, kept.id, error="late", now=NOW)
        assert inbox.waiting_count(conn) == 0
        assert conn.scalar(select(tables.inbox.c.state)) == "done"
