"""A stand-in for the town behind the channels: keeps everything in memory, and answers when it is told how."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from bot.messages import Inbound, Outbound, Receipt
from channels.base import Ports


@dataclass(slots=True)
class MemoryCounter:
    """What the channels handed over, and what there is to read for citizens."""

    #: Returns the answers to a message; they appear in the transcript at once.
    answer: Callable[[Inbound], list[Outbound]] = lambda inbound: []
    #: Raised instead of keeping anything, when set: a disk that is full.
    broken: Exception | None = None
    received: list[Inbound] = field(default_factory=list)
    #: Channel, address, content type and content of each.
    pictures: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    pictures_url: str = "https://chat.springdale.example/media"
    receipts: list[Receipt] = field(default_factory=list)
    said: list[Outbound] = field(default_factory=list)
    marks: dict[str, datetime] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def ports(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Ports:
        """Return what to build channels with."""
        return Ports(
            accept=self.accept,
            keep_picture=self.keep_picture,
            note=self.note,
            transcript=self,
            marks=self,
            clock=clock,
            new_id=lambda: str(uuid4()),
        )

    async def accept(self, inbound: Inbound) -> None:
        if self.broken:
            raise self.broken
        known = {earlier.provider_id for earlier in self.received}
        self.received.append(inbound)
        if inbound.provider_id not in known:
            self.say(*self.answer(inbound))

    async def keep_picture(self, channel: str, address: str, content_type: str, content: bytes) -> str:
        if self.broken:
            raise self.broken
        self.pictures.append((channel, address, content_type, content))
        return f"{self.pictures_url}/{len(self.pictures)}"

    async def note(self, receipt: Receipt) -> None:
        if self.broken:
            raise self.broken
        self.receipts.append(receipt)

    def say(self, *messages: Outbound) -> None:
        """Add messages to the transcript and wake whoever waits for them."""
        self.said.extend(messages)
        self._news.set()
        self._news = asyncio.Event()

    async def since(self, channel: str, address: str, after: int) -> list[tuple[int, Outbound]]:
        numbered = enumerate(self.said, start=1)
        return [(seq, outbound) for seq, outbound in numbered if outbound.address == address and seq > after]

    async def get(self, name: str) -> datetime | None:
        return self.marks.get(name)

    async def set(self, name: str, at: datetime) -> None:
        self.marks[name] = at

    async def changed(self, timeout: float) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), timeout)
        except TimeoutError:
            return
