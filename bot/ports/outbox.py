"""The sender's view of the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Engine

from bot.ports.writing import write
from store import alerts, outbox
from store.engine import reading
from store.outbox import Queued

#: How long a sender may take before its messages are handed out again.
SENDING = timedelta(seconds=45)


class StoredOutbox:
    """Messages that are due on some channels; `zone` is the town's, whose midnight begins a day."""

    def __init__(
        self,
        engine: Engine,
        channels: Collection[str],
        clock: Callable[[], datetime],
        *,
        limits: Mapping[str, int | None],
        zone: tzinfo,
    ) -> None:
        self._engine = engine
        self._channels = channels
        self._clock = clock
        self._limits = limits
        self._zone = zone

    async def claim(self, limit: int) -> Sequence[Queued]:
        return await asyncio.to_thread(self._claim, limit)

    def _claim(self, limit: int) -> Sequence[Queued]:
        now = self._clock()
        with reading(self._engine) as conn:
            if not outbox.any_due(conn, now=now):
                return ()
        with self._engine.begin() as conn:
            return outbox.claim_due(conn, self._channels, now=now, lease_for=SENDING, limit=limit)

    async def spend(self, queued: Queued, cost: int) -> bool:
        """Count what a message costs; above the town's limit of a day it waits for the next, and staff hear of it."""
        return await asyncio.to_thread(self._spend, queued, cost)

    def _spend(self, queued: Queued, cost: int) -> bool:
        now = self._clock()
        midnight = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        channel = queued.outbound.channel
        limit = None if queued.outbound.urgent else self._limits.get(channel)
        with self._engine.begin() as conn:
            if outbox.spend(conn, queued.id, cost, limit=limit, since=midnight, now=now):
                return True
            outbox.put_off(conn, queued.id, until=midnight + timedelta(days=1))
            alerts.add(conn, "spent", queued.conversation_id, f"{channel}:{midnight:%Y-%m-%d}", now=now)
        return False

    async def sent(self, message_id: str, provider_id: str) -> None:
        await write(
            self._engine, lambda conn: outbox.sent(conn, message_id, provider_id=provider_id, now=self._clock())
        )

    async def retry(self, message_id: str, error: str, at: datetime, *, may_have_gone: bool) -> None:
        await write(
            self._engine,
            lambda conn: outbox.retry(conn, message_id, error=error, next_attempt_at=at, may_have_gone=may_have_gone),
        )

    async def fail(self, message_id: str, error: str) -> None:
        await write(self._engine, lambda conn: outbox.fail(conn, message_id, error=error, now=self._clock()))

    async def opted_out(self, message_id: str, error: str) -> None:
        await write(self._engine, lambda conn: outbox.opted_out(conn, message_id, error=error, now=self._clock()))
