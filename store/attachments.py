"""Pictures that citizens sent: known with their message, fetched afterwards, shown to whoever has their address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from store import due
from store.tables import attachments

KEPT, FAILED = "kept", "failed"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture that is to be fetched; `attempts` counts the failed ones."""

    id: str
    channel: str
    source: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Picture:
    """What there is to show: the content, once the picture is kept; `state` says why there is none."""

    state: str
    content_type: str | None
    content: bytes | None


def expect(conn: Connection, conversation_id: str, channel: str, sources: Mapping[str, str], *, now: datetime) -> None:
    """Note pictures to be fetched, by the ids they are given."""
    row = {"conversation_id": conversation_id, "channel": channel, "state": due.WAITING}
    for id, source in sources.items():
        made = insert(attachments).values(**row, id=id, source=source, next_attempt_at=now, created_at=now)
        conn.execute(made)


def claim_due(conn: Connection, *, now: datetime, lease_for: timedelta, limit: int) -> list[Attachment]:
    """Return pictures to fetch now, oldest first; they come back if nothing is heard of them."""
    rows = due.claim(
        conn,
        attachments.c.id,
        order=attachments.c.created_at,
        state=due.FETCHING,
        now=now,
        lease_for=lease_for,
        limit=limit,
    )
    return [Attachment(row.id, row.channel, row.source, row.attempts) for row in rows]


def any_due(conn: Connection, *, now: datetime) -> bool:
    """Return whether a picture may be due: a look that takes no lock."""
    return due.any_due(conn, attachments, now=now)


def keep(conn: Connection, id: str, *, content_type: str, content: bytes) -> None:
    due.settle(conn, attachments.c.id, id, state=KEPT, content_type=content_type, content=content)


def retry(conn: Connection, id: str, *, error: str, next_attempt_at: datetime) -> None:
    due.retry(conn, attachments.c.id, id, error=error, next_attempt_at=next_attempt_at)


def fail(conn: Connection, id: str, *, error: str) -> None:
    """Count a failed attempt and try no more."""
    due.fail(conn, attachments.c.id, id, state=FAILED, error=error)


def get(conn: Connection, id: str) -> Picture | None:
    row = conn.execute(select(attachments).where(attachments.c.id == id)).one_or_none()
    return Picture(row.state, row.content_type, row.content) if row else None
