"""Pictures that were sent to the embedded register with a service request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from store.tables import media


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture; `id` cannot be guessed."""

    id: str
    content_type: str
    content: bytes


def add(conn: Connection, picture: Picture, *, now: datetime) -> None:
    row = {"id": picture.id, "content_type": picture.content_type, "content": picture.content, "created_at": now}
    conn.execute(insert(media).values(row))


def get(conn: Connection, id: str) -> Picture | None:
    row = conn.execute(select(media).where(media.c.id == id)).one_or_none()
    return Picture(row.id, row.content_type, row.content) if row else None
