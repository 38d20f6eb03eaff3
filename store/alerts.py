"""What staff must look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from store.sql import insert_new
from store.tables import alerts


@dataclass(frozen=True, slots=True)
class Alert:
    """Something for staff; `subject` is the id of what it is about."""

    seq: int
    kind: str
    conversation_id: str
    subject: str
    created_at: datetime


def add(conn: Connection, kind: str, conversation_id: str, subject: str, *, now: datetime) -> bool:
    """Raise an alert, once for its kind and subject; return whether it is new."""
    row = {"kind": kind, "conversation_id": conversation_id, "subject": subject, "created_at": now}
    return insert_new(conn, alerts, row, key=("kind", "subject")) > 0


def open_alerts(conn: Connection) -> list[Alert]:
    """Return what nobody has resolved, oldest first."""
    rows = conn.execute(select(alerts).where(alerts.c.resolved_at.is_(None)).order_by(alerts.c.seq))
    return [Alert(row.seq, row.kind, row.conversation_id, row.subject, row.created_at) for row in rows]
