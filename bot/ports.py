"""What channels and sender need, with the store behind it: every call in a thread, every write committed."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine

from bot.emergency import Emergencies
from bot.language import guess
from bot.messages import Inbound, Outbound, Receipt
from store import inbox, outbox
from store.engine import reading
from store.outbox import Queued

#: How long a sender may take before its messages are handed out again.
SENDING = timedelta(seconds=45)
#: Seconds between looks for new answers while somebody waits for one.
LOOK_EVERY = 0.1


def new_id() -> str:
    """Return a fresh id."""
    return str(uuid.uuid4())


class Desk:
    """Where messages come in and receipts are noted."""

    def __init__(self, engine: Engine, emergencies: Emergencies, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._emergencies = emergencies
        self._clock = clock

    async def accept(self, inbound: Inbound) -> None:
        """Commit the message; words of danger are answered in the same breath, without the worker."""
        await asyncio.to_thread(self._accept, inbound)

    def _accept(self, inbound: Inbound) -> None:
        now = self._clock()
        emergency = self._emergencies.match(inbound.text)
        with self._engine.begin() as conn:
            accepted = inbox.accept(conn, inbound, now=now, new_id=new_id)
            if emergency is None or not accepted.is_new:
                return
            language = guess(inbound.text, None) or inbound.language or "en"
            outbound = Outbound(
                id=new_id(),
                channel=inbound.channel,
                address=inbound.address,
                text=emergency.text(language),
                language=language,
            )
            outbox.add(conn, accepted.conversation_id, outbound, inbox_id=accepted.id, now=now)
            inbox.done(conn, accepted.id, now)

    async def note(self, receipt: Receipt) -> None:
        """Commit what a provider said about a message of ours."""
        await asyncio.to_thread(self._note, receipt)

    def _note(self, receipt: Receipt) -> None:
        with self._engine.begin() as conn:
            outbox.receipt(conn, receipt, self._clock())


class StoredOutbox:
    """The sender's view of the outbox."""

    def __init__(self, engine: Engine, channels: Collection[str], clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._channels = channels
        self._clock = clock

    async def claim(self, limit: int) -> Sequence[Queued]:
        return await asyncio.to_thread(self._claim, limit)

    def _claim(self, limit: int) -> Sequence[Queued]:
        now = self._clock()
        with reading(self._engine) as conn:
            if not outbox.any_due(conn, now=now):
                return ()
        with self._engine.begin() as conn:
            return outbox.claim_due(conn, self._channels, now=now, lease_for=SENDING, limit=limit)

    async def sent(self, message_id: str, provider_id: str) -> None:
        await asyncio.to_thread(self._sent, message_id, provider_id)

    def _sent(self, message_id: str, provider_id: str) -> None:
        with self._engine.begin() as conn:
            outbox.sent(conn, message_id, provider_id=provider_id, now=self._clock())

    async def retry(self, message_id: str, error: str, at: datetime) -> None:
        await asyncio.to_thread(self._retry, message_id, error, at)

    def _retry(self, message_id: str, error: str, at: datetime) -> None:
        with self._engine.begin() as conn:
            outbox.retry(conn, message_id, error=error, next_attempt_at=at)

    async def fail(self, message_id: str, error: str) -> None:
        await asyncio.to_thread(self._fail, message_id, error)

    def _fail(self, message_id: str, error: str) -> None:
        with self._engine.begin() as conn:
            outbox.fail(conn, message_id, error=error, now=self._clock())


class StoredTranscript:
    """What a web page reads: answers by address, and word that there may be new ones."""

    def __init__(self, engine: Engine, channel: str) -> None:
        self._engine = engine
        self._channel = channel
        self._news = asyncio.Condition()
        self._seen = -1

    async def since(self, address: str, after: int) -> list[tuple[int, Outbound]]:
        return await asyncio.to_thread(self._since, address, after)

    def _since(self, address: str, after: int) -> list[tuple[int, Outbound]]:
        with reading(self._engine) as conn:
            return [(queued.seq, queued.outbound) for queued in outbox.since(conn, self._channel, address, after)]

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
