"""Messages to citizens: sent in order in each conversation, and what providers say about them afterwards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, insert, or_, select, update

from bot.messages import Choice, Outbound, Receipt, ReceiptStatus
from store import conversations, due, silence
from store.codec import decode_outbound, encode_outbound
from store.silence import Silence
from store.tables import inbox, outbox

#: What a receipt makes of a message that is sent. The other statuses say nothing that `sent` does not.
ENDS = {
    ReceiptStatus.DELIVERED: "delivered",
    ReceiptStatus.UNDELIVERED: "failed",
    ReceiptStatus.FAILED: "failed",
    ReceiptStatus.OPTED_OUT: "failed",
}


@dataclass(frozen=True, slots=True)
class Queued:
    """A message of ours; `seq` grows within a conversation, `attempts` counts the failed ones."""

    seq: int
    id: str
    conversation_id: str
    outbound: Outbound
    attempts: int
    #: When the first try began that may have arrived; None when certainly none has.
    tried_at: datetime | None = None


def _queued(row: Row[Any]) -> Queued:
    return Queued(row.seq, row.id, row.conversation_id, decode_outbound(row.body), row.attempts, row.tried_at)


def add(conn: Connection, conversation_id: str, outbound: Outbound, *, inbox_id: str | None, now: datetime) -> None:
    """Queue a message; `inbox_id` is the one it answers, None when we speak of our own accord.

    Where the citizen asked for silence it is kept, and not sent.
    """
    # Numbers are given before the commit: without the lock, a reader could see a later one first and miss this one.
    conversations.lock(conn, conversation_id)
    is_silenced = silence.forbids(conn, conversation_id, is_answer=inbox_id is not None)
    conn.execute(
        insert(outbox).values(
            id=outbound.id,
            conversation_id=conversation_id,
            inbox_id=inbox_id,
            channel=outbound.channel,
            address=outbound.address,
            body=encode_outbound(outbound),
            state="failed" if is_silenced else due.WAITING,
            error=silence.OPTED_OUT if is_silenced else None,
            next_attempt_at=now,
            created_at=now,
        )
    )


def claim_due(
    conn: Connection, channels: Collection[str], *, now: datetime, lease_for: timedelta, limit: int
) -> list[Queued]:
    """Return messages to send now, at most one of each conversation; they come back if nothing is heard of them.

    Urgent ones come besides.
    """
    earlier = outbox.alias("earlier")
    blocked = exists().where(
        earlier.c.conversation_id == outbox.c.conversation_id,
        earlier.c.seq < outbox.c.seq,
        earlier.c.state.in_(due.OPEN),
    )
    # Words about a danger wait for nothing, not even for an earlier message that is put off.
    is_urgent = outbox.c.body["urgent"].as_boolean().is_(True)
    rows = due.claim(
        conn,
        outbox.c.id,
        outbox.c.channel.in_(channels),
        or_(~blocked, is_urgent),
        order=outbox.c.seq,
        state=due.SENDING,
        now=now,
        lease_for=lease_for,
        limit=limit,
    )
    fresh = [row.id for row in rows if row.tried_at is None]
    # From now on it may have gone out, whatever becomes of this process.
    conn.execute(update(outbox).where(outbox.c.id.in_(fresh)).values(tried_at=now))
    return [_queued(row) for row in rows]


def any_due(conn: Connection, *, now: datetime) -> bool:
    """Return whether a message may be due: a look that takes no lock."""
    return due.any_due(conn, outbox, now=now)


def sent(conn: Connection, id: str, *, provider_id: str, now: datetime) -> None:
    due.settle(conn, outbox.c.id, id, state="sent", provider_id=provider_id, sent_at=now)


def retry(conn: Connection, id: str, *, error: str, next_attempt_at: datetime, may_have_gone: bool) -> None:
    """Count a failed attempt; the message, and those behind it, wait until `next_attempt_at`."""
    due.retry(conn, outbox.c.id, id, error=error, next_attempt_at=next_attempt_at)
    if not may_have_gone:
        conn.execute(update(outbox).where(outbox.c.id == id).values(tried_at=None))
    _hush(conn, id)


def _hush(conn: Connection, id: str) -> None:
    """Give up a message that waits again, when silence was asked for while it was on its way."""
    row = conn.execute(select(outbox.c.conversation_id, outbox.c.inbox_id).where(outbox.c.id == id)).one()
    if silence.forbids(conn, row.conversation_id, is_answer=row.inbox_id is not None):
        due.settle(conn, outbox.c.id, id, state="failed", error=silence.OPTED_OUT)


def opted_out(conn: Connection, id: str, *, error: str, now: datetime) -> None:
    """Count a failed attempt that the provider refused since the citizen wants nothing from us: fall silent."""
    fail(conn, id, error=error, now=now)
    conversation_id = conn.scalars(select(outbox.c.conversation_id).where(outbox.c.id == id)).one()
    silence.begin(conn, conversation_id, Silence.PROVIDER, now=now)


def spend(conn: Connection, id: str, cost: int, *, limit: int | None, since: datetime, now: datetime) -> bool:
    """Count what the message costs against `limit` from `since` on, once; False when it would go above.

    Several senders at once may go above it by a message each.
    """
    row = conn.execute(select(outbox.c.channel, outbox.c.spent_at).where(outbox.c.id == id)).one()
    if row.spent_at is not None:
        return True
    spent = select(func.coalesce(func.sum(outbox.c.cost), 0))
    already = conn.scalars(spent.where(outbox.c.channel == row.channel, outbox.c.spent_at >= since)).one()
    if limit is not None and already + cost > limit:
        return False
    conn.execute(update(outbox).where(outbox.c.id == id).values(cost=cost, spent_at=now))
    return True


def put_off(conn: Connection, id: str, *, until: datetime) -> None:
    """Let the message wait without counting an attempt: it was not tried."""
    due.settle(conn, outbox.c.id, id, state=due.WAITING, next_attempt_at=until, tried_at=None)
    _hush(conn, id)


def fail(conn: Connection, id: str, *, error: str, now: datetime) -> None:
    """Count a failed attempt and give up; the next of the conversation may go."""
    due.fail(conn, outbox.c.id, id, state="failed", error=error, next_attempt_at=now)


def receipt(conn: Connection, receipt: Receipt, now: datetime) -> bool:
    """Note how a sent message ended, once; return whether the receipt told anything new.

    Receipts come late, twice and out of order: the first end stays, and an unknown message is passed over.
    """
    end = ENDS.get(receipt.status)
    if end is None:
        return False
    ours = and_(outbox.c.channel == receipt.channel, outbox.c.provider_id == receipt.provider_id)
    ended = update(outbox).where(ours, outbox.c.state == "sent").values(state=end, error=receipt.error_code)
    if not conn.execute(ended).rowcount:
        return False
    if receipt.status is ReceiptStatus.OPTED_OUT:
        for conversation_id in conn.scalars(select(outbox.c.conversation_id).where(ours)).all():
            silence.begin(conn, conversation_id, Silence.PROVIDER, now=now)
    return True


def since(conn: Connection, channel: str, address: str, after_seq: int, limit: int = 100) -> list[Queued]:
    """Return what was said to this address after `after_seq`, in order, sent or not."""
    later = select(outbox).where(outbox.c.channel == channel, outbox.c.address == address, outbox.c.seq > after_seq)
    return [_queued(row) for row in conn.execute(later.order_by(outbox.c.seq).limit(limit))]


def last_seq(conn: Connection) -> int:
    return conn.scalar(select(func.max(outbox.c.seq))) or 0


def choice(conn: Connection, conversation_id: str, choice_id: str) -> Choice | None:
    """Return the choice of this id that the conversation was offered, however long ago."""
    bodies = select(outbox.c.body).where(outbox.c.conversation_id == conversation_id).order_by(outbox.c.seq.desc())
    offered = (choice for body in conn.scalars(bodies) for choice in decode_outbound(body).choices)
    return next((choice for choice in offered if choice.id == choice_id), None)


def standing(conn: Connection, conversation_id: str) -> Outbound | None:
    """Return the message whose choices a bare "2" means: the newest that offers any since the last answered message."""
    answered = select(inbox.c.id, inbox.c.done_at).where(
        inbox.c.conversation_id == conversation_id, inbox.c.state == "done"
    )
    # By time, not by number: words of danger are answered before the messages that wait ahead of them.
    last = conn.execute(answered.order_by(inbox.c.done_at.desc(), inbox.c.seq.desc()).limit(1)).one_or_none()
    unasked = outbox.c.inbox_id.is_(None)
    fresh = or_(outbox.c.inbox_id == last.id, unasked & (outbox.c.created_at >= last.done_at)) if last else unasked
    bodies = select(outbox.c.body).where(outbox.c.conversation_id == conversation_id, fresh)
    messages = map(decode_outbound, conn.scalars(bodies.order_by(outbox.c.seq.desc())))
    return next((message for message in messages if message.choices), None)
