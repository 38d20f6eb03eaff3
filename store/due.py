"""What waits for its time: rows with `state`, `attempts`, `next_attempt_at` that are claimed, tried again, settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, select, update

WAITING = "waiting"
SENDING = "sending"
SUBMITTING = "submitting"
FETCHING = "fetching"
#: Arrived, and asked after until its number is known.
ACCEPTED = "accepted"
#: States that are not the end: a row never comes back from any other.
OPEN = (WAITING, SENDING, SUBMITTING, FETCHING, ACCEPTED)


def claim(
    conn: Connection,
    key: Column[str],
    *conditions: ColumnElement[bool],
    order: Column[Any],
    waiting: str = WAITING,
    state: str,
    now: datetime,
    lease_for: timedelta,
    limit: int,
) -> Sequence[Row[Any]]:
    """Mark up to `limit` due rows that are `waiting` with `state` and return them; due again after `lease_for`.

    What another transaction is claiming at this moment is passed over, not waited for.
    """
    table = key.table
    due = (
        select(key)
        .where(table.c.state.in_((waiting, state)), table.c.next_attempt_at <= now, *conditions)
        .order_by(order)
        .limit(limit)
        .with_for_update(skip_locked=True, of=table)
    )
    # Two statements: PostgreSQL may run a locking subquery of an UPDATE more than once, and so take too many.
    keys = conn.scalars(due).all()
    if not keys:
        return []
    taken = update(table).where(key.in_(keys)).values(state=state, next_attempt_at=now + lease_for).returning(table)
    return sorted(conn.execute(taken), key=lambda row: row._mapping[order])


def any_due(conn: Connection, table: Table, *, now: datetime) -> bool:
    """Return whether a row may be claimed: a look that takes no lock, and may see one that is not its turn yet."""
    due = select(table.c.state).where(table.c.state.in_(OPEN), table.c.next_attempt_at <= now)
    return conn.scalar(due.limit(1)) is not None


def retry(conn: Connection, key: Column[str], id: str, *, error: str, next_attempt_at: datetime) -> None:
    """Count a failed attempt and let the row wait until `next_attempt_at`."""
    fail(conn, key, id, state=WAITING, error=error, next_attempt_at=next_attempt_at)


def fail(conn: Connection, key: Column[str], id: str, *, state: str, error: str, **values: Any) -> None:
    """Count a failed attempt and leave the row in `state`."""
    attempts = key.table.c.attempts + 1
    settle(conn, key, id, state=state, attempts=attempts, error=error[:255], **values)


def settle(conn: Connection, key: Column[str], id: str, *, state: str, **values: Any) -> None:
    """Bring an open row to `state`; one that has already ended stays as it is."""
    table: Table = key.table
    conn.execute(update(table).where(key == id, table.c.state.in_(OPEN)).values(state=state, **values))
