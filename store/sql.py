"""The few statements that SQLite and PostgreSQL spell differently."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(
    conn: Connection, table: Table, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]], *, key: Sequence[str]
) -> int:
    """Insert the rows whose `key` is not there yet; return how many were new."""
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing(index_elements=key).returning(table.c[key[0]])
    return len(conn.execute(statement, rows).all())


def one_at_a_time(conn: Connection, what: str) -> None:
    """Let no other transaction do `what` until this one ends (on SQLite, only one can write anyway)."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(zlib.crc32(what.encode()))))
