"""The fetcher's view of the pictures, and that of whoever looks at one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine

from bot.ports.writing import write
from store import attachments
from store.attachments import Attachment, Picture
from store.engine import reading

#: How long a fetcher may take before its pictures are handed out again.
FETCHING = timedelta(seconds=90)


class StoredPictures:
    """The fetcher's view of the pictures, and that of whoever looks at one."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def claim(self, limit: int) -> Sequence[Attachment]:
        return await asyncio.to_thread(self._claim, limit)

    def _claim(self, limit: int) -> Sequence[Attachment]:
        now = self._clock()
        with reading(self._engine) as conn:
            if not attachments.any_due(conn, now=now):
                return ()
        with self._engine.begin() as conn:
            return attachments.claim_due(conn, now=now, lease_for=FETCHING, limit=limit)

    async def keep(self, id: str, content_type: str, content: bytes) -> None:
        await write(self._engine, lambda conn: attachments.keep(conn, id, content_type=content_type, content=content))

    async def retry(self, id: str, error: str, at: datetime) -> None:
        await write(self._engine, lambda conn: attachments.retry(conn, id, error=error, next_attempt_at=at))

    async def fail(self, id: str, error: str) -> None:
        await write(self._engine, lambda conn: attachments.fail(conn, id, error=error))

    async def look_up(self, id: str) -> Picture | None:
        return await asyncio.to_thread(self._look_up, id)

    def _look_up(self, id: str) -> Picture | None:
        with reading(self._engine) as conn:
            return attachments.get(conn, id)
