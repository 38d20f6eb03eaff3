"""Up to when something was done, by name: kept over a restart."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from store.sql import insert_new
from store.tables import marks


def get(conn: Connection, name: str) -> datetime | None:
    return conn.scalar(select(marks.c.at).where(marks.c.name == name))


def set_to(conn: Connection, name: str, at: datetime) -> None:
    if not insert_new(conn, marks, {"name": name, "at": at}, key=("name",)):
        conn.execute(update(marks).where(marks.c.name == name).values(at=at))
