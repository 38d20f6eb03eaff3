"""The outbox hands messages out in order, once at a time, and believes receipts only forwards."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, select

from bot.messages import Choice, Inbound, Outbound, Receipt, ReceiptStatus
from store import conversations, inbox, outbox, tables
from store.engine import reading

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
YES, NO = Choice(id="y1", title="Yes", payload="/affirm"), Choice(id="n1", title="No")


def conversation(conn: Connection, id: str = "c1") -> str:
    return conversations.find_or_create(conn, "sms", f"+{id}", now=NOW, new_id=lambda: id)


def add(
    conn: Connection, id: str, to: str = "c1", *choices: Choice, inbox_id: str | None = None, now: datetime = NOW
) -> None:
    message = Outbound(id=id, channel="sms", address=f"+{to}", text="Wie geht’s?", choices=choices)
    outbox.add(conn, conversation(conn, to), message, inbox_id=inbox_id, now=now)


def due(conn: Connection, now: datetime = NOW, channel: str = "sms", limit: int = 10) -> list[str]:
    queued = outbox.claim_due(conn, {channel}, now=now, lease_for=MINUTE, limit=limit)
    return [message.id for message in queued]


def answered(conn: Connection, id: str, now: datetime) -> None:
    """A citizen's message arrives, and its turn ends."""
    arrived = Inbound(channel="sms", provider_id=id, address="+c1", text="", received_at=now)
    inbox.accept(conn, arrived, now=now, new_id=lambda: id)
    inbox.done(conn, id, now)


def standing_choices(conn: Connection, id: str) -> tuple[Choice, ...]:
    message = outbox.standing(conn, id)
    return message.choices if message else ()


def state(conn: Connection, id: str = "m1") -> str:
    return str(conn.scalar(select(tables.outbox.c.state).where(tables.outbox.c.id == id)))


def test_a_message_comes_out_as_it_went_in(engine: Engine) -> None:
    with engine.begin() as conn:
        add(conn, "m1", "c1", YES, NO)
        [queued] = outbox.claim_due(conn, ["sms"], now=NOW, lease_for=MINUTE, limit=1)
    message = Outbound(id="m1", channel="sms", address="+c1", text="Wie geht’s?", choices=(YES, NO))
    assert queued == outbox.Queued(1, "m1", "c1", message, 0)


def test_a_message_waits_for_the_earlier_one_of_its_conversation(engine: Engine) -> None:
    with engine.begin() as conn:
        for id, to in (("m1", "c1"), ("m2", "c1"), ("m3", "c2")):
            add(conn, id, to)
        assert due(conn) == ["m1", "m3"]
        assert due(conn) == []
        outbox.sent(conn, "m1", provider_id="P1", now=NOW)
        assert due(conn) == ["m2"]


def test_a_failed_attempt_keeps_the_later_ones_waiting(engine: Engine) -> None:
    with engine.begin() as conn:
        add(conn, "m1")
        add(conn, "m2")
        due(conn)
        outbox.retry(conn, "m1", error="Throttled", next_attempt_at=NOW + 5 * MINUTE, may_have_gone=True)
        assert due(conn, NOW + 2 * MINUTE) == []
        [again] = outbox.claim_due(conn, ["sms"], now=NOW + 5 * MINUTE, lease_for=MINUTE, limit=10)
    assert (again.id, again.attempts) == ("m1", 1)


def test_a_message_that_is_given_up_lets_the_next_one_go(engine: Engine) -> None:
    with engine.begin() as conn:
        add(conn, "m1")
        add(conn, "m2")
        due(conn)
        outbox.fail(conn, "m1", error="Rejected", now=NOW)
        assert due(conn, NOW + 5 * MINUTE) == ["m2"]
        assert state(conn) == "failed"


def test_messages_of_a_sender_that_died_come_back(engine: Engine) -> None:
    with engine.begin() as conn:
        add(conn, "m1")
        assert due(conn) == ["m1"]
        assert due(conn, NOW + MINUTE - timedelta(seconds=1)) == []
        assert due(conn, NOW + MINUTE) == ["m1"]


def test_a_late_word_of_a_slow_sender_takes_nothing_back(engine: Engine) -> None:
    with engine.begin() as conn:
        add(conn, "m1")
        due(conn)
        outbox.sent(conn, "m1", provider_id="P1", now=NOW)
        outbox.retry(conn, "m1", error="late", next_attempt_at=NOW, may_have_gone=True)
        outbox.fail(conn, "m1", error="late", now=NOW)
        outbox.sent(conn, "m1", provider_id="P2", now=NOW)
        assert due(conn, NOW + 5 * MINUTE) == []
        assert conn.scalar(select(tables.outbox.c.provider_id)) == "P1"


def test_only_the_asked_channels_and_no_more_than_the_limit_are_handed_out(engine: Engine) -> None:
    with engine.begin() as conn:
        for number in range(3):
            add(conn, f"m{number}", f"c{number}")
        assert due(conn, channel="web") == []
        assert due(conn, limit=2) == ["m0", "m1"]
        assert due(conn, limit=2) == ["m2"]
        assert outbox.claim_due(conn, [], now=NOW, lease_for=MINUTE, limit=1) == []


def test_senders_at_once_never_get_the_same_message(engine: Engine) -> None:
    with engine.begin() as conn:
        for number in range(12):
            add(conn, f"m{number}", f"c{number}")
    start = threading.Barrier(2)

    def send(_: int) -> list[str]:
        start.wait(10)
        got: list[str] = []
        for _round in range(10):
            with engine.begin() as conn:
                got += due(conn, limit=2)
        return got

    with ThreadPoolExecutor(2) as pool:
        got = [id for some in pool.map(send, range(2)) for id in some]
    assert sorted(got) == sorted(f"m{number}" for number in range(12))


def test_a_reader_never_sees_a_later_message_of_a_conversation_before_an_earlier_one(engine: Engine) -> None:
    message = Outbound(id="m2", channel="sms", address="+c1", text="later")
    with engine.begin() as conn:
        conversation(conn)

    def add_later() -> None:
        with engine.begin() as conn:
            outbox.add(conn, "c1", message, inbox_id=None, now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as conn:
            outbox.add(conn, "c1", replace(message, id="m1"), inbox_id=None, now=NOW)
            adding = pool.submit(add_later)
            # It has its number but is not committed: the later one must wait for that.
            with pytest.raises(TimeoutError):
                adding.result(0.1)
        adding.result(10)
    with reading(engine) as conn:
        assert [queued.id for queued in outbox.since(conn, "sms", "+c1", 0)] == ["m1", "m2"]


def test_due_messages_are_seen_without_being_claimed(engine: Engine) -> None:
    with engine.begin() as conn:
        add(conn, "m1")
    with reading(engine) as conn:
        assert outbox.any_due(conn, now=NOW)
        assert not outbox.any_due(conn, now=NOW - MINUTE)
    with engine.begin() as conn:
        due(conn)
        assert not outbox.any_due(conn, now=NOW)
        assert outbox.any_due(conn, now=NOW + MINUTE)


@pytest.mark.parametrize(
    ("statuses", "end", "told"),
    [
        (["queued"], "sent", [False]),
        (["sent"], "sent", [False]),
        (["unknown"], "sent", [False]),
        (["delivered"], "delivered", [True]),
        (["undelivered"], "failed", [True]),
        (["failed"], "failed", [True]),
        (["delivered", "sent", "queued"], "delivered", [True, False, False]),  # late ones change nothing
        (["delivered", "delivered"], "delivered", [True, False]),  # nor do repeated ones
        (["failed", "delivered"], "failed", [True, False]),  # the first end stays
        (["delivered", "undelivered"], "delivered", [True, False]),
    ],
)
def test_receipts_never_go_backwards(engine: Engine, statuses: list[str], end: str, told: list[bool]) -> None:
    with engine.begin() as conn:
        add(conn, "m1")
        due(conn)
        outbox.sent(conn, "m1", provider_id="P1", now=NOW)
        receipts = [Receipt(channel="sms", provider_id="P1", status=ReceiptStatus(status)) for status in statuses]
        assert [outbox.receipt(conn, receipt, NOW) for receipt in receipts] == told
        assert state(conn) == end


@pytest.mark.parametrize(("channel", "provider_id"), [("sms", "P2"), ("web", "P1")])
def test_a_receipt_for_an_unknown_message_is_passed_over(engine: Engine, channel: str, provider_id: str) -> None:
    with engine.begin() as conn:
        add(conn, "m1")
        outbox.sent(conn, "m1", provider_id="P1", now=NOW)
        failed = Receipt(channel=channel, provider_id=provider_id, status=ReceiptStatus.FAILED, error_code="30003")
        assert outbox.receipt(conn, failed, NOW) is False
        assert state(conn) == "sent"


def test_a_reader_resumes_after_the_last_message_it_saw(engine: Engine) -> None:
    with engine.begin() as conn:
        assert outbox.last_seq(conn) == 0
        for id, to in (("m1", "c1"), ("x1", "c2"), ("m2", "c1"), ("m3", "c1")):
            add(conn, id, to)
        seen = outbox.since(conn, "sms", "+c1", 0)
        assert [queued.id for queued in seen] == ["m1", "m2", "m3"]
        assert outbox.since(conn, "sms", "+c1", seen[0].seq, limit=1) == seen[1:2]
        assert outbox.since(conn, "web", "+c1", 0) == []
        assert outbox.last_seq(conn) == seen[-1].seq


def test_a_choice_is_found_however_long_ago_but_only_in_its_conversation(engine: Engine) -> None:
    with engine.begin() as conn:
        add(conn, "m1", "c1", YES, NO)
        add(conn, "m2", "c1", Choice(id="y1", title="Yes, the newer one"))
        add(conn, "m3", "c1")
        conversation(conn, "c2")
        assert outbox.choice(conn, "c1", "n1") == NO
        assert outbox.choice(conn, "c1", "y1") == Choice(id="y1", title="Yes, the newer one")
        assert outbox.choice(conn, "c1", "other") is None
        assert outbox.choice(conn, "c2", "n1") is None


def test_choices_stand_until_the_next_message_is_answered(engine: Engine) -> None:
    with engine.begin() as conn:
        assert standing_choices(conn, conversation(conn)) == ()
        add(conn, "m1", "c1", YES, NO, inbox_id="i1")
        add(conn, "m2", "c1", inbox_id="i1")
        answered(conn, "i1", NOW)
        assert standing_choices(conn, "c1") == (YES, NO)
        answered(conn, "i2", NOW + MINUTE)
        assert standing_choices(conn, "c1") == ()


def test_choices_of_the_turn_that_ended_last_stand_though_its_message_came_first(engine: Engine) -> None:
    with engine.begin() as conn:
        arrived = Inbound(channel="sms", provider_id="i1", address="+c1", text="", received_at=NOW)
        inbox.accept(conn, arrived, now=NOW, new_id=iter(["c1", "i1"]).__next__)
        answered(conn, "i2", NOW)
        add(conn, "m1", "c1", YES, inbox_id="i1")
        inbox.done(conn, "i1", NOW + MINUTE)
        assert standing_choices(conn, "c1") == (YES,)


def test_choices_offered_of_our_own_accord_stand_too(engine: Engine) -> None:
    with engine.begin() as conn:
        add(conn, "m1", "c1", NO)
        assert standing_choices(conn, "c1") == (NO,)
        answered(conn, "i1", NOW + MINUTE)
        assert standing_choices(conn, "c1") == ()
        add(conn, "m2", "c1", YES, now=NOW + 2 * MINUTE)
        assert standing_choices(conn, "c1") == (YES,)
