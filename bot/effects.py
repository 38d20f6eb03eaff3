"""What actions want done to the world: read from their replies, and recorded in the turn's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.errors import TurnFailed
from bot.messages import Effect, Follow, HandOver, PutAside, Submit, TakeUp, Unfollow
from store import alerts, follows, interviews, submissions
from store.codec import KINDS, decode_effect


def effect_of(effect: Mapping[str, Any]) -> Effect:
    """Turn what an action asked for into an effect. Raises TurnFailed when it is of no known kind, or lacks a field."""
    if effect.get("kind") not in KINDS:
        raise TurnFailed(
            f"An action asked for an unknown effect {effect.get('kind')!r}; use one of {', '.join(KINDS)}."
        )
    try:
        return decode_effect(effect)
    except TypeError as error:
        raise TurnFailed(f"An action asked for the effect {effect['kind']} without all of its fields.") from error


def record(conn: Connection, conversation_id: str, inbox_id: str, effect: Effect, now: datetime) -> None:
    """Write an effect down, to be carried out once the turn is committed."""
    match effect:
        case Submit():
            submissions.add(conn, conversation_id, effect, now=now)
        case HandOver():
            alerts.add(conn, "hand_over", conversation_id, inbox_id, now=now)
        case Follow(service_request_id=number, language=language):
            follows.add(conn, conversation_id, number, language=language, status="", now=now)
        case Unfollow(service_request_id=None):
            follows.end(conn, conversation_id)
            interviews.remind_no_more(conn, conversation_id, now=now)
        case Unfollow(service_request_id=number):
            follows.end(conn, conversation_id, number)
        case PutAside(code=code, state=state, language=language):
            interviews.put_aside(conn, conversation_id, code, state, language=language, now=now, new_id=_new_id)
        case TakeUp(code=code):
            interviews.take_up(conn, conversation_id, code, now=now)


def note_interview(
    conn: Connection, conversation_id: str, state: Mapping[str, Any] | None, *, language: str, now: datetime
) -> None:
    """Note how far the conversation's interview came in this turn; None is that there is none any more."""
    if state is None:
        interviews.close(conn, conversation_id)
    else:
        interviews.note_open(conn, conversation_id, state, language=language, now=now, new_id=_new_id)


def _new_id() -> str:
    return str(uuid.uuid4())
