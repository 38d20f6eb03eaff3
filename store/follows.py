"""Cases whose changes a conversation wants to hear of: looked at from time to time, told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select, tuple_, update

from store import submissions
from store.sql import insert_new
from store.tables import follows


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A case that a conversation follows, or followed until `next_look_at` was emptied."""

    conversation_id: str
    service_request_id: str
    #: Our reference, when the report was the conversation's own.
    reference: str | None
    language: str
    #: What was told last; empty when nothing was.
    status: str
    status_notes: str
    created_at: datetime
    next_look_at: datetime | None
    seen_at: datetime | None
    changed_at: datetime | None


def _followed(row: Row[Any]) -> Followed:
    return Followed(**row._mapping)


def _of(conversation_id: str, service_request_id: str) -> ColumnElement[bool]:
    c = follows.c
    return and_(c.conversation_id == conversation_id, c.service_request_id == service_request_id)


def add(
    conn: Connection, conversation_id: str, service_request_id: str, *, language: str, status: str, now: datetime
) -> None:
    """Follow a case from now on; `status` is what the citizen was told of it just now, empty if that is not known.

    What was followed before is followed anew.
    """
    row = {
        "conversation_id": conversation_id,
        "service_request_id": service_request_id,
        "reference": submissions.reference_of(conn, conversation_id, service_request_id),
        "language": language,
        "status": status,
        "status_notes": "",
        "created_at": now,
        "next_look_at": now,
        "seen_at": None,
        "changed_at": None,
    }
    if not insert_new(conn, follows, row, key=("conversation_id", "service_request_id")):
        conn.execute(update(follows).where(_of(conversation_id, service_request_id)).values(**row))


def end(conn: Connection, conversation_id: str, service_request_id: str | None = None) -> None:
    """Look no more for the conversation: at one case, or at any."""
    ended = update(follows).where(follows.c.conversation_id == conversation_id).values(next_look_at=None)
    conn.execute(ended if service_request_id is None else ended.where(_of(conversation_id, service_request_id)))


def any_due(conn: Connection, *, now: datetime) -> bool:
    """Return whether a case may be due: asked without a lock."""
    return conn.scalar(select(follows.c.service_request_id).where(follows.c.next_look_at <= now).limit(1)) is not None


def claim_due(conn: Connection, *, now: datetime, lease_for: timedelta, limit: int) -> list[Followed]:
    """Return what to look at now, longest due first; it comes back after `lease_for` if nothing is heard of it."""
    key = tuple_(follows.c.conversation_id, follows.c.service_request_id)
    due = select(follows.c.conversation_id, follows.c.service_request_id).where(follows.c.next_look_at <= now)
    due = due.order_by(follows.c.next_look_at).limit(limit).with_for_update(skip_locked=True)
    keys = [tuple(row) for row in conn.execute(due)]
    if not keys:
        return []
    taken = update(follows).where(key.in_(keys)).values(next_look_at=now + lease_for).returning(follows)
    return [_followed(row) for row in conn.execute(taken)]


def look_again(conn: Connection, followed: Followed, *, next_look_at: datetime | None) -> bool:
    """Say when to look next, or never again; return False when that is void, as in `seen`."""
    return conn.execute(update(follows).where(_still(followed)).values(next_look_at=next_look_at)).rowcount > 0


def seen(
    conn: Connection,
    followed: Followed,
    *,
    status: str,
    status_notes: str,
    changed: bool,
    now: datetime,
    next_look_at: datetime | None,
) -> bool:
    """Keep what a look found; return False when that is void: ended, or told by another process, meanwhile."""
    found = {"status": status, "status_notes": status_notes, "seen_at": now, "next_look_at": next_look_at}
    if changed:
        found["changed_at"] = now
    return conn.execute(update(follows).where(_still(followed)).values(**found)).rowcount > 0


def _still(followed: Followed) -> ColumnElement[bool]:
    c = follows.c
    return and_(
        _of(followed.conversation_id, followed.service_request_id),
        c.created_at == followed.created_at,
        c.status == followed.status,
        c.status_notes == followed.status_notes,
        c.next_look_at.is_not(None),
    )


def of_conversation(conn: Connection, conversation_id: str) -> Sequence[Followed]:
    """Return what the conversation follows or followed, newest first."""
    ours = select(follows).where(follows.c.conversation_id == conversation_id)
    return [_followed(row) for row in conn.execute(ours.order_by(follows.c.created_at.desc()))]


def look_now(conn: Connection, service_request_id: str, *, now: datetime) -> None:
    """Let whoever still follows the case be told of its state at once, instead of at the next look."""
    followed = (follows.c.service_request_id == service_request_id) & follows.c.next_look_at.is_not(None)
    conn.execute(update(follows).where(followed).values(next_look_at=now))
