"""What channels and sender need, with the store behind it: every call in a thread, every write committed."""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from bot.emergency import Emergencies
from bot.language import guess
from bot.messages import Inbound, Outbound, Receipt
from store import attachments, conversations, inbox, marks, outbox, transcripts
from store.attachments import Attachment, Picture
from store.engine import reading
from store.outbox import Queued

#: How long a sender may take before its messages are handed out again.
SENDING = timedelta(seconds=45)
#: The same for a fetcher and its pictures.
FETCHING = timedelta(seconds=90)
#: Seconds between looks for new answers while somebody waits for one.
LOOK_EVERY = 0.1


def new_id() -> str:
    """Return a fresh id."""
    return str(uuid.uuid4())


def new_secret_id() -> str:
    """Return an id that opens what it names to whoever knows it: 192 bits (OWASP ASVS 5.0, 11.5.1 asks for 128)."""
    return secrets.token_urlsafe(24)


class Desk:
    """Where messages and pictures come in, and receipts are noted."""

    def __init__(
        self, engine: Engine, emergencies: Emergencies, clock: Callable[[], datetime], pictures_url: str
    ) -> None:
        self._engine = engine
        self._emergencies = emergencies
        self._clock = clock
        self._pictures_url = pictures_url

    async def accept(self, inbound: Inbound) -> None:
        """Commit the message; words of danger are answered in the same breath, without the worker."""
        await asyncio.to_thread(self._accept, inbound)

    def _accept(self, inbound: Inbound) -> None:
        now = self._clock()
        emergency = self._emergencies.match(inbound.text)
        shown, sources = self._shown(inbound.attachments)
        with self._engine.begin() as conn:
            accepted = inbox.accept(conn, replace(inbound, attachments=shown), now=now, new_id=new_id)
            if not accepted.is_new:
                return
            attachments.expect(conn, accepted.conversation_id, inbound.channel, sources, now=now)
            if emergency is None:
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

    def _shown(self, given: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
        """Return where each picture will be seen, and by their ids those that are yet to be fetched."""
        ids = {source: new_secret_id() for source in given if not source.startswith(f"{self._pictures_url}/")}
        shown = tuple(f"{self._pictures_url}/{ids[source]}" if source in ids else source for source in given)
        return shown, {id: source for source, id in ids.items()}

    async def keep_picture(self, channel: str, address: str, content_type: str, content: bytes) -> str:
        """Commit a picture that came straight to us; return where it is seen."""
        return await asyncio.to_thread(self._keep_picture, channel, address, content_type, content)

    def _keep_picture(self, channel: str, address: str, content_type: str, content: bytes) -> str:
        now, id = self._clock(), new_secret_id()
        with self._engine.begin() as conn:
            conversation_id = conversations.find_or_create(conn, channel, address, now=now, new_id=new_id)
            attachments.expect(conn, conversation_id, channel, {id: ""}, now=now)
            attachments.keep(conn, id, content_type=content_type, content=content)
        return f"{self._pictures_url}/{id}"

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
        await self._write(lambda conn: attachments.keep(conn, id, content_type=content_type, content=content))

    async def retry(self, id: str, error: str, at: datetime) -> None:
        await self._write(lambda conn: attachments.retry(conn, id, error=error, next_attempt_at=at))

    async def fail(self, id: str, error: str) -> None:
        await self._write(lambda conn: attachments.fail(conn, id, error=error))

    async def _write(self, step: Callable[[Connection], None]) -> None:
        def write() -> None:
            with self._engine.begin() as conn:
                step(conn)

        await asyncio.to_thread(write)

    async def look_up(self, id: str) -> Picture | None:
        return await asyncio.to_thread(self._look_up, id)

    def _look_up(self, id: str) -> Picture | None:
        with reading(self._engine) as conn:
            return attachments.get(conn, id)


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
        await asyncio.to_thread(self._set, name, at)

    def _set(self, name: str, at: datetime) -> None:
        with self._engine.begin() as conn:
            marks.set_to(conn, name, at)


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

    async def conversation(self, channel: str, address: str, limit: int) -> list[Inbound | Outbound]:
        return await asyncio.to_thread(self._conversation, channel, address, limit)

    def _conversation(self, channel: str, address: str, limit: int) -> list[Inbound | Outbound]:
        with reading(self._engine) as conn:
            return transcripts.last(conn, channel, address, limit)

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
