"""The last good copy of a town's services and their questions: written by the edge, read by every worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store.sql import insert_new
from store.tables import catalogues


def version(conn: Connection, source: str) -> str | None:
    """Return the digest of the copy; None when there is none yet."""
    return conn.scalar(select(catalogues.c.version).where(catalogues.c.source == source))


def services(conn: Connection, source: str) -> Sequence[Mapping[str, Any]]:
    """Return the definitions of all services, in the town's order; none when there is no copy yet."""
    return conn.scalar(select(catalogues.c.services).where(catalogues.c.source == source)) or []


def save(conn: Connection, source: str, version: str, services: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """Keep the services in place of what was kept before."""
    row = {"source": source, "version": version, "services": list(services), "fetched_at": now}
    if not insert_new(conn, catalogues, row, key=("source",)):
        conn.execute(update(catalogues).where(catalogues.c.source == source).values(**row))
