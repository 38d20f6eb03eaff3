"""What many tests share: databases (a SQLite file, a private PostgreSQL's), one trained model, a town around it."""

from __future__ import annotations

import fcntl
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import few_topics
import psycopg
import pytest
from sqlalchemy import Engine, text

from bot.release import train
from store.engine import migrate, open_engine
from store.tables import metadata

#: Nothing here must outlive the run, so nothing needs to reach the disk.
SERVER_OPTIONS = (
    "-c listen_addresses= -c fsync=off -c full_page_writes=off -c shared_buffers=16MB -c max_connections=40"
)


def _server_programs() -> Path | None:
    folders = [Path(found).resolve().parent for found in [shutil.which("pg_ctl")] if found]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _missing() -> NoReturn:
    reason = "PostgreSQL's server is not installed; to test on it: apt-get install postgresql"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Return who runs the server: it refuses root, so root hands the folder to the user `postgres`."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a PostgreSQL that only this process uses; yields its URL without a database's name."""
    programs = _server_programs() or _missing()
    # Not below pytest's own folder: that one is closed to other users, and too long for a socket's path.
    folder = Path(tempfile.mkdtemp(prefix="townclerk-pg-"))
    data = folder / "data"
    options = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL} | _unprivileged(folder)
    try:
        subprocess.run([f"{programs}/initdb", "-D", data, "-U", "town", "-A", "trust", "--no-sync"], **options)
        start = ["-o", f"{SERVER_OPTIONS} -k {folder}", "-l", folder / "log", "-w", "start"]
        subprocess.run([f"{programs}/pg_ctl", "-D", data, *start], **options)
        yield f"postgresql://town@/{{name}}?host={folder}"
        subprocess.run([f"{programs}/pg_ctl", "-D", data, "-m", "immediate", "stop"], **options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_postgres_database(postgres_server: str) -> Callable[[], str]:
    """Return a function that makes an empty database and returns its URL."""
    names = (f"town_{number}" for number in itertools.count())

    def new() -> str:
        name = next(names)
        with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return postgres_server.format(name=name)

    return new


#: The everyday loop is content with SQLite; a server of its own takes seconds to start.
KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/town.db"
    return str(request.getfixturevalue("new_postgres_database")())


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our tables, to copy: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "town.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(new_postgres_database: Callable[[], str]) -> Iterator[Engine]:
    """A PostgreSQL database with our tables, to be emptied for each test."""
    url = new_postgres_database()
    migrate(url)
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def small_store(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite database with our tables: for what does not depend on the kind of database."""
    shutil.copy(migrated_sqlite, tmp_path / "town.db")
    engine = open_engine(f"sqlite:///{tmp_path}/town.db")
    yield engine
    engine.dispose()


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty database with our tables, once of each kind."""
    if request.param == "postgresql":
        engine: Engine = request.getfixturevalue("migrated_postgres")
        with engine.begin() as conn:
            conn.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"))
        yield engine
        return
    yield request.getfixturevalue("small_store")


def _trained(content: Path, lock: str) -> Path:
    """Train a content, unless `make run` or an earlier test did, and return the model."""
    var = Path(__file__).parent.parent / "var"
    var.mkdir(exist_ok=True)
    # pytest's workers are processes of their own: one trains, the others wait for its model.
    with (var / lock).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        return train(content, var / "models")


@pytest.fixture(scope="session")
def model() -> Path:
    """The model of the checkout's content."""
    return _trained(Path(__file__).parent.parent, "training.lock")


@pytest.fixture(scope="session")
def quick_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model of a few topics, for what needs a model and not all that it knows."""
    return _trained(few_topics.copy(tmp_path_factory.mktemp("content")), "quick.lock")


@pytest.fixture
def quick_town(quick_model: Path, tmp_path: Path) -> Any:
    """Open a town of a few topics on a database of its own."""
    from town import Town

    return Town(f"sqlite:///{tmp_path}/town.db", quick_model)


@pytest.fixture
def town(model: Path, tmp_path: Path) -> Any:
    """Open a town on a database of its own."""
    # Here, so that tests without a town do not pay for Rasa.
    from town import Town

    return Town(f"sqlite:///{tmp_path}/town.db", model)
