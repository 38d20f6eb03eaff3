"""Unfinished interviews: those that go on in their conversation, and those put aside under a code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.errors import TurnFailed
from store.tables import interviews


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An interview that waits for its citizen; `code` is empty while it goes on in its conversation."""

    id: str
    conversation_id: str
    code: str | None
    state: Mapping[str, Any]
    language: str


def _unfinished(row: Row[Any] | None) -> Unfinished | None:
    return Unfinished(row.id, row.conversation_id, row.code, row.state, row.language) if row else None


def note_open(
    conn: Connection,
    conversation_id: str,
    state: Mapping[str, Any],
    *,
    language: str,
    now: datetime,
    new_id: Callable[[], str],
) -> None:
    """Keep how far the interview has come that goes on in this conversation."""
    values = {"state": dict(state), "language": language, "updated_at": now}
    going = update(interviews).where(interviews.c.conversation_id == conversation_id, interviews.c.code.is_(None))
    if not conn.execute(going.values(**values)).rowcount:
        conn.execute(insert(interviews).values(id=new_id(), conversation_id=conversation_id, **values))


def close(conn: Connection, conversation_id: str) -> None:
    """Forget the interview that went on in this conversation; what it has put aside stays."""
    conn.execute(delete(interviews).where(interviews.c.conversation_id == conversation_id, interviews.c.code.is_(None)))


def put_aside(
    conn: Connection,
    conversation_id: str,
    code: str,
    state: Mapping[str, Any],
    *,
    language: str,
    now: datetime,
    new_id: Callable[[], str],
) -> None:
    """Keep the conversation's interview under a code; one that is taken is an IntegrityError, and tried again."""
    note_open(conn, conversation_id, state, language=language, now=now, new_id=new_id)
    going = update(interviews).where(interviews.c.conversation_id == conversation_id, interviews.c.code.is_(None))
    conn.execute(going.values(code=code))


def take_up(conn: Connection, conversation_id: str, code: str, *, now: datetime) -> None:
    """Let what was put aside under a code go on in this conversation. Raises TurnFailed when it is gone by now."""
    taken = update(interviews).where(interviews.c.code == code)
    if not conn.execute(taken.values(code=None, conversation_id=conversation_id, updated_at=now)).rowcount:
        raise TurnFailed(f"What was put aside for conversation {conversation_id} was taken up elsewhere; look again.")


def by_code(conn: Connection, code: str) -> Unfinished | None:
    return _unfinished(conn.execute(select(interviews).where(interviews.c.code == code)).one_or_none())


def last_put_aside(conn: Connection, conversation_id: str) -> Unfinished | None:
    """Return what this conversation put aside last and nobody has taken up."""
    ours = select(interviews).where(interviews.c.conversation_id == conversation_id, interviews.c.code.is_not(None))
    return _unfinished(conn.execute(ours.order_by(interviews.c.updated_at.desc()).limit(1)).one_or_none())


def to_remind(conn: Connection, *, untouched_since: datetime, limit: int) -> list[Unfinished]:
    """Return interviews that nobody was reminded of, untouched since then, the longest forgotten first."""
    forgotten = select(interviews).where(interviews.c.reminded_at.is_(None), interviews.c.updated_at <= untouched_since)
    rows = conn.execute(forgotten.order_by(interviews.c.updated_at).limit(limit))
    return [found for row in rows if (found := _unfinished(row))]


def reminded(conn: Connection, id: str, *, untouched_since: datetime, now: datetime) -> bool:
    """Note that the citizen is reminded; return False when that is void: touched, ended or reminded meanwhile."""
    c = interviews.c
    noted = update(interviews).where(c.id == id, c.reminded_at.is_(None), c.updated_at <= untouched_since)
    return conn.execute(noted.values(reminded_at=now)).rowcount > 0


def remind_no_more(conn: Connection, conversation_id: str, *, now: datetime) -> None:
    """Never remind this conversation of what it has not finished."""
    ours = update(interviews).where(interviews.c.conversation_id == conversation_id)
    conn.execute(ours.where(interviews.c.reminded_at.is_(None)).values(reminded_at=now))


def forget_put_aside(conn: Connection, *, before: datetime) -> int:
    """Delete what was put aside before then; return how many."""
    old = delete(interviews).where(interviews.c.code.is_not(None), interviews.c.updated_at < before)
    return conn.execute(old).rowcount
