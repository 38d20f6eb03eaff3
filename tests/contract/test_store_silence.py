"""Silence, and what a day may cost: the rules that stand where messages enter the outbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, select

from bot.messages import Inbound, Outbound, Receipt, ReceiptStatus, Submit
from store import alerts, conversations, inbox, outbox, silence, submissions, tables
from store.silence import Silence

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def open_conversation(conn: Connection) -> str:
    return conversations.find_or_create(conn, "sms", "+1", now=NOW, new_id=lambda: "c1")


def add(conn: Connection, id: str, *, answers: str | None = None) -> str:
    outbox.add(conn, "c1", Outbound(id=id, channel="sms", address="+1", text="Hi"), inbox_id=answers, now=NOW)
    return conn.scalars(select(tables.outbox.c.state).where(tables.outbox.c.id == id)).one()


def claim(conn: Connection, now: datetime = NOW) -> list[outbox.Queued]:
    return outbox.claim_due(conn, ["sms"], now=now, lease_for=MINUTE, limit=10)


@pytest.mark.parametrize(
    ("by", "answers", "state"),
    [
        (None, None, "waiting"),
        (Silence.CITIZEN, "i1", "waiting"),
        (Silence.CITIZEN, None, "failed"),
        (Silence.PROVIDER, "i1", "failed"),
        (Silence.PROVIDER, None, "failed"),
    ],
)
def test_silence_decides_what_is_queued(engine: Engine, by: Silence | None, answers: str | None, state: str) -> None:
    with engine.begin() as conn:
        open_conversation(conn)
        if by:
            silence.begin(conn, "c1", by, now=NOW)
        assert add(conn, "m1", answers=answers) == state


def test_what_waits_is_not_sent_after_a_stop_and_later_messages_are(engine: Engine) -> None:
    with engine.begin() as conn:
        open_conversation(conn)
        add(conn, "m1")
        silence.begin(conn, "c1", Silence.PROVIDER, now=NOW)
        assert claim(conn) == []
        silence.end(conn, "c1")
        add(conn, "m2")
        assert [queued.id for queued in claim(conn)] == ["m2"]


@pytest.mark.parametrize("has_report", [True, False])
def test_staff_hear_of_a_silence_when_a_report_is_open(engine: Engine, has_report: bool) -> None:
    with engine.begin() as conn:
        open_conversation(conn)
        if has_report:
            submissions.add(conn, "c1", Submit(reference="R1", service_code="pothole"), now=NOW)
        silence.begin(conn, "c1", Silence.CITIZEN, now=NOW)
        silence.begin(conn, "c1", Silence.PROVIDER, now=NOW)
        assert [alert.kind for alert in alerts.open_alerts(conn)] == ["opted_out"] * has_report


def test_a_refusal_for_this_reason_makes_silence(engine: Engine) -> None:
    with engine.begin() as conn:
        open_conversation(conn)
        add(conn, "m1")
        add(conn, "m2")
        claim(conn)
        outbox.opted_out(conn, "m1", error="21610", now=NOW)
        assert silence.of(conn, "c1") is Silence.PROVIDER
        assert claim(conn, NOW + 2 * MINUTE) == []


def test_a_receipt_for_this_reason_makes_silence(engine: Engine) -> None:
    with engine.begin() as conn:
        open_conversation(conn)
        add(conn, "m1")
        claim(conn)
        outbox.sent(conn, "m1", provider_id="SM1", now=NOW)
        told = Receipt(channel="sms", provider_id="SM1", status=ReceiptStatus.OPTED_OUT, error_code="21610")
        assert outbox.receipt(conn, told, NOW)
        assert silence.of(conn, "c1") is Silence.PROVIDER


def test_a_message_remembers_when_it_may_have_gone_out(engine: Engine) -> None:
    with engine.begin() as conn:
        open_conversation(conn)
        add(conn, "m1")
        assert [queued.tried_at for queued in claim(conn)] == [None]
        # The sender died: nobody said what became of it.
        assert [queued.tried_at for queued in claim(conn, NOW + 2 * MINUTE)] == [NOW]
        outbox.retry(conn, "m1", error="429", next_attempt_at=NOW + 3 * MINUTE, may_have_gone=False)
        assert [queued.tried_at for queued in claim(conn, NOW + 3 * MINUTE)] == [None]


def test_a_day_costs_no_more_than_the_limit_and_each_message_counts_once(engine: Engine) -> None:
    with engine.begin() as conn:
        open_conversation(conn)
        for id in ("m1", "m2", "m3"):
            add(conn, id)

        def spend(id: str, cost: int, limit: int | None = 5, since: datetime = NOW) -> bool:
            return outbox.spend(conn, id, cost, limit=limit, since=since, now=NOW)

        assert [spend("m1", 3), spend("m1", 3), spend("m2", 3), spend("m2", 2), spend("m3", 1)] == [
            True,
            True,
            False,
            True,
            False,
        ]
        assert spend("m3", 1, since=NOW + MINUTE)
        outbox.put_off(conn, "m3", until=NOW + MINUTE)


def test_messages_of_a_conversation_are_counted_from_a_time_on(engine: Engine) -> None:
    with engine.begin() as conn:
        for number in range(3):
            at = NOW + number * MINUTE
            inbound = Inbound(channel="sms", provider_id=str(number), address="+1", text="x", received_at=at)
            accepted = inbox.accept(conn, inbound, now=at, new_id=lambda number=number: f"i{number}")
        counts = [inbox.count_since(conn, accepted.conversation_id, NOW + n * MINUTE) for n in range(4)]
        assert counts == [3, 2, 1, 0]


@pytest.mark.parametrize("put_off", [True, False])
def test_what_was_on_its_way_when_silence_began_is_not_sent_again(engine: Engine, put_off: bool) -> None:
    with engine.begin() as conn:
        open_conversation(conn)
        add(conn, "m1")
        claim(conn)
        silence.begin(conn, "c1", Silence.PROVIDER, now=NOW)
        if put_off:
            outbox.put_off(conn, "m1", until=NOW)
        else:
            outbox.retry(conn, "m1", error="503", next_attempt_at=NOW, may_have_gone=True)
        assert claim(conn, NOW + 2 * MINUTE) == []


def test_an_urgent_message_does_not_wait_for_one_that_is_put_off(engine: Engine) -> None:
    with engine.begin() as conn:
        open_conversation(conn)
        add(conn, "m1")
        claim(conn)
        outbox.put_off(conn, "m1", until=NOW + 60 * MINUTE)
        urgent = Outbound(id="m2", channel="sms", address="+1", text="Call 911", urgent=True)
        outbox.add(conn, "c1", urgent, inbox_id="i1", now=NOW)
        assert [queued.id for queued in claim(conn)] == ["m2"]
