"""The inbox keeps each message once, hands them out in order, and one worker at a time holds a conversation."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, func, select

from bot.errors import LeaseLost
from bot.messages import Inbound, Location
from store import conversations, inbox, tables
from store.conversations import Conversation, Lease
from store.engine import reading

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


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


def side_by_side(count: int, work: Callable[[int], object]) -> list[object]:
    """Run `work` in that many threads, which start together."""
    start = threading.Barrier(count)

    def run(number: int) -> object:
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
    assert sorted(a.is_new for a in accepted) == [False] * 5 + [True]  # type: ignore[attr-defined]
    assert len({(a.id, a.conversation_id) for a in accepted}) == 1  # type: ignore[attr-defined]


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


def test_the_conversation_that_has_waited_longest_is_claimed_first(engine: Engine) -> None:
    with engine.begin() as conn:
        ids = [accept(conn, f"SM{number}", f"+{number}").conversation_id for number in (1, 2, 3)]
        assert [sure(claim(conn)).conversation_id for _ in ids] == ids
        assert claim(conn) is None


def test_a_leased_conversation_is_not_claimed_until_the_lease_is_over(engine: Engine) -> None:
    with engine.begin() as conn:
        accept(conn, "SM1")
        first = sure(claim(conn, "one"))
        assert claim(conn, "two", NOW + MINUTE - timedelta(seconds=1)) is None
        second = sure(claim(conn, "two", NOW + MINUTE))
    assert second == Lease(first.conversation_id, "two", first.fence + 1)


def test_claimers_at_once_never_get_the_same_conversation(engine: Engine) -> None:
    with engine.begin() as conn:
        expected = {accept(conn, f"SM{number}", f"+{number}").conversation_id for number in range(12)}

    def claim_all(number: int) -> list[str]:
        got: list[str] = []
        # A claim passes over what another is claiming at this moment, so "none" is asked for a few times.
        for _ in range(20):
            with engine.begin() as conn:
                lease = claim(conn, f"worker {number}")
            got += [lease.conversation_id] if lease else []
        return got

    got = [conversation for some in side_by_side(2, claim_all) for conversation in some]  # type: ignore[attr-defined]
    assert len(got) == 12
    assert set(got) == expected


def test_a_released_conversation_can_be_claimed_again(engine: Engine) -> None:
    with engine.begin() as conn:
        accept(conn, "SM1")
        first = sure(claim(conn))
        conversations.release(conn, first)
        assert sure(claim(conn)).fence == first.fence + 1


def test_a_worker_that_starts_again_gives_back_what_it_held(engine: Engine) -> None:
    with engine.begin() as conn:
        ids = [accept(conn, f"SM{number}", f"+{number}").conversation_id for number in (1, 2)]
        mine, other = sure(claim(conn, "mine")), sure(claim(conn, "other"))
        conversations.release_owner(conn, "mine")
        assert sure(claim(conn, "mine")) == Lease(ids[0], "mine", mine.fence + 1)
        conversations.hold(conn, other, NOW)
        with pytest.raises(LeaseLost):
            conversations.hold(conn, mine, NOW)


def test_a_claim_that_would_find_something_is_seen_without_a_lock(engine: Engine) -> None:
    with reading(engine) as conn:
        assert not conversations.any_due(conn, now=NOW)
    with engine.begin() as conn:
        accept(conn, "SM1")
    with reading(engine) as conn:
        assert conversations.any_due(conn, now=NOW)
    with engine.begin() as conn:
        claim(conn)
        assert not conversations.any_due(conn, now=NOW)


def test_a_renewed_lease_lasts_longer(engine: Engine) -> None:
    with engine.begin() as conn:
        accept(conn, "SM1")
        lease = sure(claim(conn))
        conversations.renew(conn, lease, now=NOW + MINUTE, lease_for=MINUTE)
        assert claim(conn, "other", NOW + MINUTE) is None
        assert claim(conn, "other", NOW + 2 * MINUTE) is not None


def test_a_lease_that_another_took_is_lost(engine: Engine) -> None:
    with engine.begin() as conn:
        accept(conn, "SM1")
        old = sure(claim(conn, "worker"))
        # The same worker, after a pause: its name is the same, the fence is not.
        new = sure(claim(conn, "worker", NOW + MINUTE))
        with pytest.raises(LeaseLost, match="no longer leased"):
            conversations.hold(conn, old, NOW)
        with pytest.raises(LeaseLost):
            conversations.renew(conn, old, now=NOW, lease_for=MINUTE)
        conversations.release(conn, old)
        conversations.hold(conn, new, NOW)


def test_a_lease_that_ran_out_but_was_not_taken_still_holds(engine: Engine) -> None:
    with engine.begin() as conn:
        accept(conn, "SM1")
        lease = sure(claim(conn))
        conversations.hold(conn, lease, NOW + 10 * MINUTE)


def test_nobody_takes_a_lease_while_its_turn_commits(engine: Engine) -> None:
    with engine.begin() as conn:
        kept = accept(conn, "SM1")
        lease = sure(claim(conn))
    holding = threading.Event()

    def commit() -> None:
        with engine.begin() as conn:
            conversations.hold(conn, lease, NOW + MINUTE)
            holding.set()
            threading.Event().wait(0.3)
            inbox.done(conn, kept.id, NOW)
            conversations.release(conn, lease)

    def snatch() -> Lease | None:
        holding.wait(10)
        with engine.begin() as conn:
            return claim(conn, "other", NOW + MINUTE)

    with ThreadPoolExecutor(2) as pool:
        committing, snatching = pool.submit(commit), pool.submit(snatch)
        committing.result(10)
        assert snatching.result(10) is None
