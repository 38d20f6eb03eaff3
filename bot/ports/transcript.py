"""What citizens read from us, word that there may be something new, and how far channels have looked."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy import Engine

from bot.messages import Outbound
from bot.ports.writing import write
from store import marks, outbox
from store.engine import reading

#: Seconds between looks for new answers while somebody waits for one.
LOOK_EVERY = 0.1


class StoredMarks:
    """Up to when channels have asked their providers for messages that they missed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def get(self, name: str) -> datetime | None:
        return await asyncio.to_thread(self._get, name)

    def _get(self, name: str) -> datetime | None:
        with reading(self._engine) as conn:
            return marks.get(conn, name)

    async def set(self, name: str, at: datetime) -> None:
        await write(self._engine, lambda conn: marks.set_to(conn, name, at))


class StoredTranscript:
    """What a citizen reads from us: answers by address, and word that there may be new ones."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._news = asyncio.Condition()
        self._seen = -1

    async def since(self, channel: str, address: str, after: int) -> list[tuple[int, Outbound]]:
        return await asyncio.to_thread(self._since, channel, address, after)

    def _since(self, channel: str, address: str, after: int) -> list[tuple[int, Outbound]]:
        with reading(self._engine) as conn:
            return [(queued.seq, queued.outbound) for queued in outbox.since(conn, channel, address, after)]

    async def changed(self, timeout: float) -> None:
        """Wait until anything was said to anybody, at most `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout), self._news:
                await self._news.wait()
        except TimeoutError:
            return

    async def watch(self) -> None:
        """Look for news until cancelled, one look for all who wait."""
        repeat = False
        while True:
            last = await asyncio.to_thread(self._last)
            # Once more after the last news: a lower number may become visible just after a higher one.
            if last != self._seen or repeat:
                repeat = last != self._seen
                self._seen = last
                async with self._news:
                    self._news.notify_all()
            await asyncio.sleep(LOOK_EVERY)

    def _last(self) -> int:
        with reading(self._engine) as conn:
            return outbox.last_seq(conn)
