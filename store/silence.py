"""Silence that a citizen asked for: who keeps it, and what it means for what waits to be sent."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import Connection, exists, select, update

from store import alerts, due
from store.tables import conversations, follows, outbox, submissions

#: What stands as the error of a message that was not sent for this reason.
OPTED_OUT = "opted_out"


class Silence(enum.StrEnum):
    """Who keeps us silent, and how far that goes."""

    #: The provider refuses what we send: nothing goes out.
    PROVIDER = "provider"
    #: The citizen asked us: nothing goes out of our own accord, answers do.
    CITIZEN = "citizen"


def begin(conn: Connection, conversation_id: str, by: Silence, *, now: datetime) -> None:
    """Fall silent: what waits is given up; staff hear of a citizen with open business who can't be reached."""
    conn.execute(update(conversations).where(conversations.c.id == conversation_id).values(silence=by))
    waiting = update(outbox).where(outbox.c.conversation_id == conversation_id, outbox.c.state == due.WAITING)
    if by is Silence.CITIZEN:
        waiting = waiting.where(outbox.c.inbox_id.is_(None))
    conn.execute(waiting.values(state="failed", error=OPTED_OUT))
    if _has_open_business(conn, conversation_id):
        alerts.add(conn, OPTED_OUT, conversation_id, conversation_id, now=now)


def end(conn: Connection, conversation_id: str) -> None:
    """We may write again."""
    conn.execute(update(conversations).where(conversations.c.id == conversation_id).values(silence=None))


def of(conn: Connection, conversation_id: str) -> Silence | None:
    """Return who keeps us silent, None while we may write."""
    kept = conn.scalar(select(conversations.c.silence).where(conversations.c.id == conversation_id))
    return Silence(kept) if kept else None


def forbids(conn: Connection, conversation_id: str, *, is_answer: bool) -> bool:
    """Tell whether a message may not be sent now; an answer is one that the citizen's own message asked for."""
    kept = of(conn, conversation_id)
    return kept is Silence.PROVIDER or (kept is Silence.CITIZEN and not is_answer)


def _has_open_business(conn: Connection, conversation_id: str) -> bool:
    reported = exists().where(submissions.c.conversation_id == conversation_id, submissions.c.state.in_(due.OPEN))
    followed = exists().where(follows.c.conversation_id == conversation_id, follows.c.next_look_at.is_not(None))
    return bool(conn.scalar(select(reported | followed)))
