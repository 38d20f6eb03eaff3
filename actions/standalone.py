"""What actions work with when `rasa run actions` makes them by itself: the town's own database."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from dateutil.tz import tzlocal
from sqlalchemy import Engine

from actions.backends import open_backend
from actions.backends.base import Backend
from actions.places import Finder, open_finder
from bot.phrases import Phrases
from bot.settings import read_settings
from store.engine import open_engine


@cache
def dependencies() -> tuple[Engine, Backend]:
    settings = read_settings()
    engine = open_engine(settings.database_url)
    name, options = ("open311", asdict(settings.open311)) if settings.open311 else ("register", {})
    return engine, open_backend(name, engine, lambda: datetime.now(UTC), **options)


@cache
def finder() -> Finder:
    """Return what finds places: the embedded directory of the town's own database."""
    settings, data = read_settings(), Path("data")
    return open_finder(
        open_engine(settings.database_url),
        Phrases.load(data / "responses"),
        lambda: datetime.now(UTC),
        folder=data / "directory",
        zone=settings.timezone or tzlocal(),
        holidays=settings.holidays,
    )
