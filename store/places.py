"""The embedded directory: services at locations, as flat records in HSDS 3.0's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from store.sql import one_at_a_time
from store.tables import places

#: Two processes that start together must not both fill an empty directory.
FILL = "fill the directory"

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """What changes whenever the directory does: a process that knows this one need not read it again."""

    count: int
    updated_at: datetime | None


def put(conn: Connection, records: Sequence[Record], *, now: datetime) -> None:
    """Keep the records; one whose id is there already takes its place."""
    conn.execute(delete(places).where(places.c.id.in_([record["id"] for record in records])))
    _add(conn, records, now)


def replace_all(conn: Connection, records: Sequence[Record], *, now: datetime) -> None:
    """Keep these records and no others; until the transaction ends everybody else sees the old ones."""
    one_at_a_time(conn, FILL)
    conn.execute(delete(places))
    _add(conn, records, now)


def fill(conn: Connection, records: Sequence[Record], *, now: datetime) -> bool:
    """Keep the records if there are none yet; return whether they were kept."""
    one_at_a_time(conn, FILL)
    if count(conn):
        return False
    _add(conn, records, now)
    return True


def _add(conn: Connection, records: Sequence[Record], now: datetime) -> None:
    if records:
        conn.execute(insert(places), [_row(record, now) for record in records])


def _row(record: Record, now: datetime) -> dict[str, Any]:
    position = {name: record.get(name) for name in ("latitude", "longitude")}
    return {"id": record["id"], "record": dict(record), "updated_at": now, **position}


def every(conn: Connection) -> list[Record]:
    """Return all records, in the order of their ids."""
    return [dict(record) for record in conn.scalars(select(places.c.record).order_by(places.c.id))]


def count(conn: Connection) -> int:
    return int(conn.scalar(select(func.count()).select_from(places)) or 0)


def version(conn: Connection) -> Version:
    row = conn.execute(select(func.count(), func.max(places.c.updated_at)).select_from(places)).one()
    return Version(*row)
