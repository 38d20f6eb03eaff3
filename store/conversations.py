"""Conversations, and the leases that let one worker at a time run a conversation's turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select, update

from bot.errors import LeaseLost
from store.due import WAITING
from store.sql import insert_new
from store.tables import conversations, inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A citizen on a channel."""

    id: str
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run a conversation's turns; `fence` grows with each claim, so an old lease can be told."""

    conversation_id: str
    owner: str
    fence: int


def _find(channel: str, address: str) -> Select[tuple[str]]:
    found = select(conversations.c.id).where(conversations.c.channel == channel, conversations.c.address == address)
    return found.with_for_update(key_share=True)


def find_or_create(conn: Connection, channel: str, address: str, *, now: datetime, new_id: Callable[[], str]) -> str:
    """Return the id of the citizen's conversation, locked until the transaction ends.

    The lock makes messages of one conversation visible in the order of their numbers.
    """
    found: str | None = conn.scalar(_find(channel, address))
    if found is None:
        row = {"id": new_id(), "channel": channel, "address": address, "created_at": now}
        insert_new(conn, conversations, row, key=("channel", "address"))
        found = conn.scalars(_find(channel, address)).one()
    return found


def get(conn: Connection, conversation_id: str) -> Conversation:
    c = conversations.c
    row = conn.execute(select(c.id, c.channel, c.address).where(c.id == conversation_id)).one()
    return Conversation(id=row.id, channel=row.channel, address=row.address)


def lock(conn: Connection, conversation_id: str) -> None:
    """Wait for, and hold up, every other transaction that adds to this conversation."""
    conn.execute(
        select(conversations.c.id).where(conversations.c.id == conversation_id).with_for_update(key_share=True)
    )


def _free_with_due_head(now: datetime) -> Select[tuple[str]]:
    earlier = inbox.alias("earlier")
    blocked = exists().where(
        earlier.c.state == WAITING,
        earlier.c.conversation_id == inbox.c.conversation_id,
        earlier.c.seq < inbox.c.seq,
    )
    free = or_(conversations.c.lease_until.is_(None), conversations.c.lease_until <= now)
    return (
        select(conversations.c.id)
        .join(inbox, inbox.c.conversation_id == conversations.c.id)
        .where(inbox.c.state == WAITING, inbox.c.next_attempt_at <= now, free, ~blocked)
        .order_by(inbox.c.seq)
        .limit(1)
    )


def any_due(conn: Connection, *, now: datetime) -> bool:
    """Return whether `claim` would find something: a look that takes no lock."""
    return conn.scalar(_free_with_due_head(now)) is not None


def claim(conn: Connection, owner: str, *, now: datetime, lease_for: timedelta) -> Lease | None:
    """Lease the conversation whose oldest waiting message is due and has waited longest; None if there is none.

    A first message that is not yet due keeps the later ones of its conversation waiting. Between processes, the
    message may just have been answered: then `inbox.head` finds nothing, and the lease is to be given back.
    """
    free = _free_with_due_head(now).with_for_update(key_share=True, skip_locked=True, of=conversations)
    conversation_id = conn.scalar(free)
    if conversation_id is None:
        return None
    taken = (
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(lease_owner=owner, lease_until=now + lease_for, fence=conversations.c.fence + 1)
        .returning(conversations.c.fence)
    )
    return Lease(conversation_id, owner, conn.scalars(taken).one())


def _held_by(lease: Lease) -> ColumnElement[bool]:
    c = conversations.c
    return and_(c.id == lease.conversation_id, c.lease_owner == lease.owner, c.fence == lease.fence)


def _lost(lease: Lease) -> LeaseLost:
    return LeaseLost(f"Conversation {lease.conversation_id} is no longer leased to {lease.owner}; drop what was done.")


def renew(conn: Connection, lease: Lease, *, now: datetime, lease_for: timedelta) -> None:
    """Make the lease last until `now + lease_for`. Raises LeaseLost when another has it."""
    renewed = update(conversations).where(_held_by(lease)).values(lease_until=now + lease_for)
    if conn.execute(renewed).rowcount == 0:
        raise _lost(lease)


def release(conn: Connection, lease: Lease) -> None:
    """Give the lease back; does nothing when another has it by now."""
    conn.execute(update(conversations).where(_held_by(lease)).values(lease_owner=None, lease_until=None))


def release_owner(conn: Connection, owner: str) -> None:
    """Give back every lease of this owner: what a worker that starts again under its name left behind."""
    c = conversations.c
    conn.execute(update(conversations).where(c.lease_owner == owner).values(lease_owner=None, lease_until=None))


def hold(conn: Connection, lease: Lease) -> None:
    """Make sure that the lease is ours until this transaction commits. Raises LeaseLost when another has it.

    A lease that ran out but that nobody took still counts: refusing it would never let a slow turn end.
    """
    if conn.scalar(select(conversations.c.id).where(_held_by(lease)).with_for_update(key_share=True)) is None:
        raise _lost(lease)
