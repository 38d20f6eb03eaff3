"""What actions work with when `rasa run actions` makes them by itself: the town's own database."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Engine

from actions.backends.base import Backend
from actions.backends.register import Register
from bot.settings import read_settings
from store.engine import open_engine


@cache
def dependencies() -> tuple[Engine, Backend]:
    engine = open_engine(read_settings().database_url)
    return engine, Register(engine, lambda: datetime.now(UTC))
