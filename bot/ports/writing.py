"""A write of the store, out of the event loop's way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy import Connection, Engine


async def write(engine: Engine, step: Callable[[Connection], None]) -> None:
    """Do `step` in a thread, and commit."""

    def committed() -> None:
        with engine.begin() as conn:
            step(conn)

    await asyncio.to_thread(committed)
