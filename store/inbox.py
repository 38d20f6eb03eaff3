"""Messages of citizens: accepted once, then answered in order or parked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.messages import Inbound
from store import conversations, due
from store.codec import decode_inbound, encode_inbound
from store.sql import insert_new
from store.tables import inbox


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of an arrival; `is_new` is False for a message that was there already."""

    id: str
    conversation_id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message whose turn it is; `attempts` counts the failed ones."""

    id: str
    conversation_id: str
    inbound: Inbound
    attempts: int


def accept(conn: Connection, inbound: Inbound, *, now: datetime, new_id: Callable[[], str]) -> Accepted:
    """Keep the message, once for its channel and provider id, however often it comes."""
    conversation_id = conversations.find_or_create(conn, inbound.channel, inbound.address, now=now, new_id=new_id)
    row = {
        "id": new_id(),
        "channel": inbound.channel,
        "provider_id": inbound.provider_id,
        "conversation_id": conversation_id,
        "body": encode_inbound(inbound),
        "state": due.WAITING,
        "next_attempt_at": now,
        "received_at": inbound.received_at,
    }
    is_new = insert_new(conn, inbox, row, key=("channel", "provider_id")) == 1
    same = (inbox.c.channel == inbound.channel) & (inbox.c.provider_id == inbound.provider_id)
    kept = conn.execute(select(inbox.c.id, inbox.c.conversation_id).where(same)).one()
    return Accepted(kept.id, kept.conversation_id, is_new)


def head(conn: Connection, conversation_id: str) -> Waiting | None:
    """Return the oldest message of the conversation that waits, due or not."""
    waiting = select(inbox).where(inbox.c.state == due.WAITING, inbox.c.conversation_id == conversation_id)
    row = conn.execute(waiting.order_by(inbox.c.seq).limit(1)).one_or_none()
    return Waiting(row.id, row.conversation_id, decode_inbound(row.body), row.attempts) if row else None


def done(conn: Connection, id: str, now: datetime) -> None:
    due.settle(conn, inbox.c.id, id, state="done", done_at=now)


def retry(conn: Connection, id: str, *, error: str, next_attempt_at: datetime) -> None:
    """Count a failed attempt; the message, and those behind it, wait until `next_attempt_at`."""
    due.retry(conn, inbox.c.id, id, error=error, next_attempt_at=next_attempt_at)


def park(conn: Connection, id: str, *, error: str, now: datetime) -> None:
    """Count a failed attempt and leave the message to staff; the next of the conversation may go."""
    due.fail(conn, inbox.c.id, id, state="parked", error=error, done_at=now)


def count_since(conn: Connection, conversation_id: str, since: datetime) -> int:
    """Return how many messages came in this conversation from `since` on."""
    here = inbox.c.conversation_id == conversation_id, inbox.c.received_at >= since
    return conn.scalars(select(func.count()).select_from(inbox).where(*here)).one()


def waiting_count(conn: Connection) -> int:
    return conn.scalars(select(func.count()).select_from(inbox).where(inbox.c.state == due.WAITING)).one()
