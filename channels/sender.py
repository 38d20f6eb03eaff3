"""Sends what is due: takes messages from the outbox, hands each to its channel, writes down what became of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from random import SystemRandom
from typing import Any, Protocol

from bot.errors import DeliveryError, OptedOut, Throttled, Unreachable
from bot.messages import Outbound
from bot.retry import next_attempt
from channels.base import Channel

logger = logging.getLogger(__name__)

BATCH = 50
_random = SystemRandom()


class Queued(Protocol):
    """One message that is due."""

    @property
    def id(self) -> str: ...
    @property
    def outbound(self) -> Outbound: ...
    @property
    def attempts(self) -> int:
        """How often it was tried in vain before."""

    @property
    def tried_at(self) -> datetime | None:
        """When the first try began that may have arrived; None when certainly none has."""


class Outbox(Protocol):
    """Where messages wait until they are sent."""

    async def claim(self, limit: int, /) -> Sequence[Queued]:
        """Return up to `limit` messages that are due, which nobody else then gets for a while.

        At most one of each conversation, its oldest: so what is sent side by side never overtakes.
        """

    async def spend(self, queued: Any, cost: int, /) -> bool:
        """Count what a message will cost; False when the town wants no more spent now: then it is put off."""

    async def sent(self, id: str, provider_id: str, /) -> None: ...
    async def retry(self, id: str, error_code: str, at: datetime, /, *, may_have_gone: bool) -> None: ...
    async def fail(self, id: str, error_code: str, /) -> None: ...
    async def opted_out(self, id: str, error_code: str, /) -> None:
        """Give the message up, and write this citizen nothing more."""


class Sender:
    """Hands messages that are due to their channels, side by side."""

    def __init__(
        self,
        outbox: Outbox,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        max_attempts: int,
        *,
        jitter: Callable[[], float] = _random.random,
    ) -> None:
        self._outbox = outbox
        self._channels = channels
        self._clock = clock
        self._max_attempts = max_attempts
        self._jitter = jitter

    async def run_once(self) -> int:
        """Send what is due now and return how many messages that was; never raises, so that the loop goes on."""
        try:
            claimed = await self._outbox.claim(BATCH)
        except Exception as error:
            logger.error("The outbox could not be read: %s", type(error).__name__)
            return 0
        await asyncio.gather(*(self._settle(queued) for queued in claimed))
        return len(claimed)

    async def _settle(self, queued: Queued) -> None:
        try:
            await self._deliver(queued)
        except Exception as error:
            # It stays claimed, and is due again when the claim runs out.
            logger.error("What became of message %s was not written down: %s", queued.id, type(error).__name__)

    async def _deliver(self, queued: Queued) -> None:
        try:
            provider_id = await self._hand_over(queued)
        except Exception as error:
            await self._failed(queued, error)
        else:
            if provider_id is not None:
                await self._outbox.sent(queued.id, provider_id)

    async def _hand_over(self, queued: Queued) -> str | None:
        """Return the provider's id of the message; None when it was put off."""
        channel, outbound = self._channel(queued), queued.outbound
        if queued.tried_at is not None:
            # It may have gone out: the citizen should not get it twice.
            found = await channel.find(outbound, queued.tried_at)
            if found is not None:
                return found
        cost = channel.cost(outbound)
        if cost and not await self._outbox.spend(queued, cost):
            return None
        return await channel.send(outbound)

    def _channel(self, queued: Queued) -> Channel:
        name = queued.outbound.channel
        if name not in self._channels:
            raise Unreachable(f"Channel {name} is off; set it up again to send what waits for it.", code="channel_off")
        return self._channels[name]

    async def _failed(self, queued: Queued, error: Exception) -> None:
        # What a channel did not name is a fault of ours: log where it stands, without the message that it choked on.
        code = error.code if isinstance(error, DeliveryError) and error.code else type(error).__name__
        if not isinstance(error, DeliveryError):
            logger.error("Channel %s broke on message %s: %s", queued.outbound.channel, queued.id, code)
        at = next_attempt(
            queued.attempts + 1, error, self._clock(), max_attempts=self._max_attempts, jitter=self._jitter()
        )
        if isinstance(error, OptedOut):
            await self._outbox.opted_out(queued.id, code)
        elif at is None:
            logger.warning("Message %s was given up: %s", queued.id, code)
            await self._outbox.fail(queued.id, code)
        else:
            await self._outbox.retry(queued.id, code, at, may_have_gone=not isinstance(error, Throttled))
