"""Reports on their way to the service backend: committed with the turn, handed over once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Row, insert, select, update

from bot.messages import Submit
from store import due
from store.codec import decode_effect, encode_effect
from store.tables import submissions


@dataclass(frozen=True, slots=True)
class Submission:
    """A report; `attempts` counts the failed ones, `service_request_id` is the backend's number once it has one."""

    reference: str
    conversation_id: str
    effect: Submit
    state: str
    attempts: int
    service_request_id: str | None
    created_at: datetime


def _submission(row: Row[Any]) -> Submission:
    return Submission(
        row.reference,
        row.conversation_id,
        cast(Submit, decode_effect(row.effect)),
        row.state,
        row.attempts,
        row.service_request_id,
        row.created_at,
    )


def add(conn: Connection, conversation_id: str, submit: Submit, *, now: datetime) -> None:
    """Keep a report to be submitted; a reference that is taken is an IntegrityError, and the turn is tried again."""
    conn.execute(
        insert(submissions).values(
            reference=submit.reference,
            conversation_id=conversation_id,
            effect=encode_effect(submit),
            state=due.WAITING,
            next_attempt_at=now,
            created_at=now,
        )
    )


def claim_due(conn: Connection, *, now: datetime, lease_for: timedelta, limit: int) -> list[Submission]:
    """Return reports to submit now, oldest first; they come back if nothing is heard of them."""
    rows = due.claim(
        conn,
        submissions.c.reference,
        order=submissions.c.created_at,
        state=due.SUBMITTING,
        now=now,
        lease_for=lease_for,
        limit=limit,
    )
    return [_submission(row) for row in rows]


def any_due(conn: Connection, *, now: datetime) -> bool:
    """Return whether a submission may be due: a look that takes no lock."""
    return due.any_due(conn, submissions, now=now)


def submitted(conn: Connection, reference: str, *, service_request_id: str, now: datetime) -> None:
    """Note the backend's number. It counts even for a report that was parked meanwhile: the backend has it."""
    accepted = update(submissions).where(submissions.c.reference == reference, submissions.c.state != "submitted")
    conn.execute(accepted.values(state="submitted", service_request_id=service_request_id, submitted_at=now))


def retry(conn: Connection, reference: str, *, error: str, next_attempt_at: datetime) -> None:
    due.retry(conn, submissions.c.reference, reference, error=error, next_attempt_at=next_attempt_at)


def park(conn: Connection, reference: str, *, error: str, now: datetime) -> None:
    """Count a failed attempt and leave the report to staff."""
    due.fail(conn, submissions.c.reference, reference, state="parked", error=error, next_attempt_at=now)


def get(conn: Connection, reference: str) -> Submission | None:
    row = conn.execute(select(submissions).where(submissions.c.reference == reference)).one_or_none()
    return _submission(row) if row else None


def of_conversation(conn: Connection, conversation_id: str) -> list[Submission]:
    """Return the conversation's reports, newest first."""
    ours = select(submissions).where(submissions.c.conversation_id == conversation_id)
    return [_submission(row) for row in conn.execute(ours.order_by(submissions.c.created_at.desc()))]
