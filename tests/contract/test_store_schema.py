"""The migrations build what tables.py says, whoever starts first, and SQLite is set to lose nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import ConfigurationError
from store.engine import migrate, open_engine, reading
from store.tables import metadata

MIGRATE = "import sys; from store.engine import migrate; sys.stdin.readline(); migrate(sys.argv[1])"


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/town.db")
    yield engine
    engine.dispose()


def test_migrations_build_the_same_tables_as_tables_py(engine: Engine) -> None:
    with engine.connect() as conn:
        # Alembic misreads SQLite's default '': the next test looks at those.
        opts = {"compare_type": True, "compare_server_default": conn.dialect.name != "sqlite"}
        context = MigrationContext.configure(conn, opts=opts)
        assert compare_metadata(context, metadata) == []


def test_migrations_build_the_same_sqlite_file_to_the_column(tmp_path: Path) -> None:
    def tables(engine: Engine) -> set[tuple[str, ...]]:
        """Return the parts of each definition, sorted: a column that is added later does not stand on its own line."""
        with engine.connect() as conn:
            definitions = conn.scalars(text("SELECT sql FROM sqlite_master WHERE name NOT LIKE '%alembic%'")).all()
        return {
            tuple(sorted(" ".join(part.split()) for part in re.split(r",(?=\s)", sql or ""))) for sql in definitions
        }

    migrated, direct = (open_engine(f"sqlite:///{tmp_path}/{name}.db") for name in ("migrated", "direct"))
    migrate(str(migrated.url))
    metadata.create_all(direct)
    assert tables(migrated) == tables(direct)


def test_processes_that_start_at_once_migrate_once(database_url: str) -> None:
    with ExitStack() as stack:
        command = [sys.executable, "-c", MIGRATE, database_url]
        starting = [
            stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE))
            for _ in range(3)
        ]
        said = [process.communicate(b"go\n", timeout=60)[1].decode() for process in starting]
    assert [process.returncode for process in starting] == [0, 0, 0], said
    engine = open_engine(database_url)
    assert set(metadata.tables) < set(inspect(engine).get_table_names())
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused_with_a_sentence(database_url: str) -> None:
    migrate(database_url)
    engine = open_engine(database_url)
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(ConfigurationError, match=r"newer version.*9999.*backup"):
        migrate(database_url)


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "town.db").write_text("Dear town, " * 100)
    with pytest.raises(ConfigurationError, match=r"town\.db cannot be opened.*not a database"):
        migrate(f"sqlite:///{tmp_path}/town.db")


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be opened") as caught:
        migrate(f"postgresql://town:secret@/town?host={tmp_path}")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["town.db", "mysqlx://town", ""])
def test_a_url_that_is_none_is_refused_with_a_sentence(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="write sqlite:///"):
        open_engine(wrong)


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/deep/down/town.db")
    migrate(f"sqlite:///{tmp_path}/deep/down/town.db")  # Twice: the second one finds nothing to do.
    assert (tmp_path / "deep/down/town.db").exists()


def test_a_folder_that_cannot_be_made_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be made"):
        open_engine(f"sqlite:///{tmp_path}/file/town.db")


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 20000)],
)
def test_sqlite_commits_are_durable_and_checked(sqlite_engine: Engine, pragma: str, value: object) -> None:
    with sqlite_engine.begin() as first, reading(sqlite_engine) as second:
        assert [conn.scalar(text(f"PRAGMA {pragma}")) for conn in (first, second)] == [value, value]


def test_on_sqlite_a_transaction_takes_the_write_lock_at_once_and_a_reader_passes_it(sqlite_engine: Engine) -> None:
    impatient = sqlite_engine.connect()
    impatient.connection.cursor().execute("PRAGMA busy_timeout = 1")
    with sqlite_engine.begin(), reading(sqlite_engine) as reader:
        assert reader.scalar(text("SELECT 1")) == 1
        with pytest.raises(OperationalError, match="locked"):
            impatient.execute(text("SELECT 1"))
    impatient.close()


def test_reading_cannot_write(engine: Engine) -> None:
    with reading(engine) as conn, pytest.raises(DBAPIError, match=r"read-?only"):
        conn.execute(text("DELETE FROM alerts"))
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM alerts"))
