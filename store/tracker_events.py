"""Rasa's tracker events: the memory of a conversation, one row an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from bot.errors import LeaseLost
from store.sql import insert_new
from store.tables import tracker_events


def load(conn: Connection, conversation_id: str) -> list[dict[str, Any]]:
    """Return all events of the conversation, oldest first."""
    events = select(tracker_events.c.event).where(tracker_events.c.conversation_id == conversation_id)
    return list(conn.scalars(events.order_by(tracker_events.c.position)))


def append(conn: Connection, conversation_id: str, events: Sequence[dict[str, Any]], position: int) -> None:
    """Add events at `position` and after. Raises LeaseLost when another turn has written there."""
    rows = [
        {"conversation_id": conversation_id, "position": place, "event": event}
        for place, event in enumerate(events, start=position)
    ]
    if rows and insert_new(conn, tracker_events, rows, key=("conversation_id", "position")) < len(rows):
        raise LeaseLost(f"Conversation {conversation_id} went on without this turn; drop what was done.")
