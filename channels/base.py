"""The contract between a channel and the rest: what a channel is given, and what it must offer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.routing import BaseRoute

from bot.messages import Inbound, Outbound, Receipt


class Transcript(Protocol):
    """What was said to a citizen, for channels where they read it from us."""

    async def since(self, channel: str, address: str, after: int) -> list[tuple[int, Outbound]]:
        """Return the messages to `address` numbered above `after`, each with its number, in order."""

    async def changed(self, timeout: float) -> None:
        """Return when anything may be new, for whomever it is, or after `timeout` seconds.

        Listens from its first step on: what is committed after that must wake it.
        """


async def look(
    transcript: Transcript, channel: str, address: str, after: int, wait: float
) -> list[tuple[int, Outbound]]:
    """Return what was said to `address` after number `after`; when that is nothing, only once there may be news."""
    # Listen before looking, so that what comes in between is not missed; a task only begins at the next turn.
    change = asyncio.ensure_future(transcript.changed(wait))
    await asyncio.sleep(0)
    try:
        said = await transcript.since(channel, address, after)
        if not said:
            await change
        return said
    finally:
        change.cancel()


class Marks(Protocol):
    """Up to when a channel has asked its provider for messages that it missed: kept over a restart."""

    async def get(self, name: str) -> datetime | None:
        """Return the mark, or None when there is none yet."""

    async def set(self, name: str, at: datetime) -> None:
        """Keep the mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All that a channel may reach of the town's counter."""

    #: Returns only once the message is on disk; raises when it is not, and then the provider must hear no 2xx.
    accept: Callable[[Inbound], Awaitable[None]]
    #: Keeps a picture that came straight to us (channel, address, content type, content); returns where it is seen.
    keep_picture: Callable[[str, str, str, bytes], Awaitable[str]]
    #: Keeps what a provider says later about a message of ours.
    note: Callable[[Receipt], Awaitable[None]]
    transcript: Transcript
    marks: Marks
    clock: Callable[[], datetime]
    new_id: Callable[[], str]


class Channel(Protocol):
    """One way citizens reach the town; an adapter only translates and names what happened."""

    @property
    def name(self) -> str:
        """Stands in `Inbound.channel` and `Outbound.channel`."""

    def routes(self) -> Sequence[BaseRoute]:
        """Return the paths where a provider or a browser reaches us."""

    async def run(self) -> None:
        """Do what the channel does unasked: announce itself, fetch what was missed. Returns, or is cancelled."""

    async def send(self, outbound: Outbound) -> str:
        """Hand the message to the provider, once, and return the provider's id of it.

        Raises a DeliveryError that names what happened; waiting and trying again is not the channel's business.
        """

    async def find(self, outbound: Outbound, since: datetime) -> str | None:
        """Return the provider's id of a message that an earlier try, not before `since`, may have handed over.

        None when the provider does not have it, or cannot tell: then it is sent. Raises a DeliveryError as `send` does.
        """

    def cost(self, outbound: Outbound) -> int:
        """Return how many units the provider will bill for the message: segments of an SMS; 0 where it is free."""

    async def fetch(self, source: str) -> bytes:
        """Return a picture of an inbound message, by what stood in `Inbound.attachments`.

        Raises a DeliveryError as `send` does.
        """

    async def close(self) -> None:
        """Let go of connections."""
