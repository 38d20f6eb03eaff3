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
    """A report; `attempts` counts the failed ones, or once it is `accepted` how often its number was asked for."""

    reference: str
    conversation_id: str
    effect: Submit
    state: str
    attempts: int
    #: The backend's number, once it has one; a backend may take a report and never give one.
    service_request_id: str | None
    created_at: datetime
    #: What to ask the backend for the number with, while the report is `accepted`.
    token: str | None = None
    #: When the first try began that may have arrived; None when certainly none has.
    tried_at: datetime | None = None


def _submission(row: Row[Any]) -> Submission:
    return Submission(
        row.reference,
        row.conversation_id,
        cast(Submit, decode_effect(row.effect)),
        row.state,
        row.attempts,
        row.service_request_id,
        row.created_at,
        row.token,
        row.tried_at,
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
    """Return reports to submit now, oldest first; they come back if nothing is heard of them.

    Their `tried_at` is what it was before; from this claim on they count as tried.
    """
    rows = due.claim(
        conn,
        submissions.c.reference,
        order=submissions.c.created_at,
        state=due.SUBMITTING,
        now=now,
        lease_for=lease_for,
        limit=limit,
    )
    new = [row.reference for row in rows if row.tried_at is None]
    if new:
        conn.execute(update(submissions).where(submissions.c.reference.in_(new)).values(tried_at=now))
    return [_submission(row) for row in rows]


def claim_accepted(conn: Connection, *, now: datetime, lease_for: timedelta, limit: int) -> list[Submission]:
    """Return reports whose number is to be asked for now, oldest first; they come back likewise."""
    rows = due.claim(
        conn,
        submissions.c.reference,
        order=submissions.c.created_at,
        waiting=due.ACCEPTED,
        state=due.ACCEPTED,
        now=now,
        lease_for=lease_for,
        limit=limit,
    )
    return [_submission(row) for row in rows]


def any_due(conn: Connection, *, now: datetime) -> bool:
    """Return whether a report may be due, to be submitted or to be asked after: a look that takes no lock."""
    return due.any_due(conn, submissions, now=now)


def accepted(conn: Connection, reference: str, *, token: str, next_attempt_at: datetime) -> None:
    """Note that the backend has the report, and gives its number for this token later."""
    values = {"token": token, "attempts": 0, "next_attempt_at": next_attempt_at}
    due.settle(conn, submissions.c.reference, reference, state=due.ACCEPTED, **values)


def ask_again(conn: Connection, reference: str, *, next_attempt_at: datetime) -> None:
    """Count that there was no number yet."""
    values = {"attempts": submissions.c.attempts + 1, "next_attempt_at": next_attempt_at}
    due.settle(conn, submissions.c.reference, reference, state=due.ACCEPTED, **values)


def tries_anew(conn: Connection, reference: str, *, now: datetime) -> None:
    """Note that no try before this one has arrived."""
    c = submissions.c
    conn.execute(update(submissions).where(c.reference == reference, c.state == due.SUBMITTING).values(tried_at=now))


def submitted(conn: Connection, reference: str, *, service_request_id: str | None, now: datetime) -> None:
    """Note the backend's number, or that it has the report and gives none.

    It counts even for a report that was parked meanwhile: the backend has it.
    """
    arrived = update(submissions).where(submissions.c.reference == reference, submissions.c.state != "submitted")
    conn.execute(arrived.values(state="submitted", service_request_id=service_request_id, submitted_at=now))


def retry(
    conn: Connection, reference: str, *, error: str, next_attempt_at: datetime, arrived: bool | None = None
) -> None:
    """Count a failed attempt and let the report wait; `arrived` is False when certainly no try has reached anybody."""
    values: dict[str, Any] = {"tried_at": None} if arrived is False else {}
    values["next_attempt_at"] = next_attempt_at
    due.fail(conn, submissions.c.reference, reference, state=due.WAITING, error=error, **values)


def park(conn: Connection, reference: str, *, error: str, now: datetime) -> None:
    """Count a failed attempt and leave the report to staff."""
    due.fail(conn, submissions.c.reference, reference, state="parked", error=error, next_attempt_at=now)


def get(conn: Connection, reference: str) -> Submission | None:
    row = conn.execute(select(submissions).where(submissions.c.reference == reference)).one_or_none()
    return _submission(row) if row else None


def reference_of(conn: Connection, conversation_id: str, service_request_id: str) -> str | None:
    """Return the newest reference under which the conversation has this case, if it is one of its own."""
    c = submissions.c
    ours = select(c.reference).where(c.conversation_id == conversation_id, c.service_request_id == service_request_id)
    return conn.scalar(ours.order_by(c.created_at.desc()).limit(1))


def of_conversation(conn: Connection, conversation_id: str) -> list[Submission]:
    """Return the conversation's reports, newest first."""
    ours = select(submissions).where(submissions.c.conversation_id == conversation_id)
    return [_submission(row) for row in conn.execute(ours.order_by(submissions.c.created_at.desc()))]
