"""Opening the database and bringing its tables up to date: SQLite or PostgreSQL, by the URL alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.errors import ConfigurationError
from store.sql import one_at_a_time

MIGRATIONS = Path(__file__).parent / "migrations"

#: What speaks to each kind of database.
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}

#: Order matters: changing the journal mode of a busy file must already wait its turn.
PRAGMAS = ("busy_timeout = 20000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        return parsed.set(drivername=DRIVERS[parsed.get_backend_name()])
    except (ArgumentError, KeyError) as error:
        # The URL is not shown: a password may be in it.
        raise ConfigurationError(
            "The database URL cannot be used; write sqlite:///file.db or postgresql://user@host/name."
        ) from error


def _make_folder(file: str | None) -> None:
    try:
        Path(file or "").parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"The folder of the database {file} cannot be made ({error.strerror}); make it, or choose another place."
        ) from error


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own idea of when a transaction begins is off: `_begin_sqlite` says it.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(conn: Connection) -> None:
    # A writer takes the lock at once: to take it half-way, after a read, fails when somebody else wrote in between.
    reads = conn.get_execution_options().get("postgresql_readonly", False)
    conn.exec_driver_sql(f"PRAGMA query_only = {reads:d}")
    conn.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def open_engine(url: str) -> Engine:
    """Return an engine whose commits are on disk when they return; `engine.begin()` is a transaction that may write.

    Raises ConfigurationError when the URL or the folder is of no use; the database itself is not yet touched.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    _make_folder(parsed.database)
    engine = create_engine(parsed)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that only reads: on SQLite it waits for no writer and holds none up."""
    with engine.connect() as conn:
        # PostgreSQL's driver knows this option; SQLite's begin looks at it too.
        yield conn.execution_options(postgresql_readonly=True)


def _is_newest(conn: Connection) -> bool:
    """Whether every migration has been run; the name of each begins with its revision, and they follow one another."""
    if not inspect(conn).has_table("alembic_version"):
        return False
    newest = max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*.py"))
    return conn.scalars(text("SELECT version_num FROM alembic_version")).all() == [newest]


def _upgrade(conn: Connection) -> None:
    # Here: alembic takes 10 MB, and most starts have nothing to migrate.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = conn
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ConfigurationError(
            f"The database {_shown(conn.engine)} was made by a newer version ({error}); "
            "start that version, or restore a backup."
        ) from error


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def migrate(url: str) -> None:
    """Bring the database to the newest tables, whole or not at all; a second process waits, and finds it done.

    Raises ConfigurationError when it cannot be opened, or was made by a newer version.
    """
    engine = open_engine(url)
    try:
        with engine.begin() as conn:
            one_at_a_time(conn, "migrate")
            if not _is_newest(conn):
                _upgrade(conn)
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise ConfigurationError(
            f"The database {_shown(engine)} cannot be opened or brought up to date ({reason}); "
            "check TOWNCLERK_DATABASE_URL."
        ) from error
    finally:
        engine.dispose()
