"""One worker at a time holds a conversation, and one that lost it cannot commit."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine

from bot.errors import LeaseLost
from bot.messages import Inbound
from store import conversations, inbox
from store.conversations import Lease
from store.engine import reading

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def accept(conn: Connection, provider_id: str, address: str = "+15550001") -> inbox.Accepted:
    message = Inbound(channel="sms", provider_id=provider_id, address=address, text="Hi", received_at=NOW)
    return inbox.accept(conn, message, now=NOW, new_id=lambda: str(uuid.uuid4()))


def claim(conn: Connection, owner: str = "worker", now: datetime = NOW) -> Lease | None:
    return conversations.claim(conn, owner, now=now, lease_for=MINUTE)


def sure(lease: Lease | None) -> Lease:
    assert lease is not None
    return lease


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

    start = threading.Barrier(2)

    def claim_all(number: int) -> list[str]:
        start.wait(10)
        got: list[str] = []
        # A claim passes over what another is claiming at this moment, so "none" is asked for a few times.
        for _ in range(20):
            with engine.begin() as conn:
                lease = claim(conn, f"worker {number}")
            got += [lease.conversation_id] if lease else []
        return got

    with ThreadPoolExecutor(2) as pool:
        got = [conversation for some in pool.map(claim_all, range(2)) for conversation in some]
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
        conversations.hold(conn, other)
        with pytest.raises(LeaseLost):
            conversations.hold(conn, mine)


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
            conversations.hold(conn, old)
        with pytest.raises(LeaseLost):
            conversations.renew(conn, old, now=NOW, lease_for=MINUTE)
        conversations.release(conn, old)
        conversations.hold(conn, new)


def test_a_lease_that_ran_out_but_was_not_taken_still_holds(engine: Engine) -> None:
    with engine.begin() as conn:
        accept(conn, "SM1")
        lease = sure(claim(conn))
        conversations.hold(conn, lease)


def test_nobody_takes_a_lease_while_its_turn_commits(engine: Engine) -> None:
    with engine.begin() as conn:
        kept = accept(conn, "SM1")
        lease = sure(claim(conn))
    holding = threading.Event()

    def commit() -> None:
        with engine.begin() as conn:
            conversations.hold(conn, lease)
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
