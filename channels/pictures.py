"""Pictures on their way: fetched from where a provider keeps them, and shown at an address that nobody can guess."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from random import SystemRandom
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import DeliveryError, Rejected, Unreachable
from bot.pictures import LARGEST, content_type
from bot.retry import next_attempt
from channels.base import Channel

logger = logging.getLogger(__name__)

#: Where a picture is seen, below the public address.
PATH = "/media"
BATCH = 5
#: Tries for one picture: over an hour, in which a provider comes back or the photo is gone.
MAX_ATTEMPTS = 12
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=86400",
}
_random = SystemRandom()


class Awaited(Protocol):
    """A picture that is to be fetched."""

    @property
    def id(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def attempts(self) -> int:
        """How often it was tried in vain before."""


class Kept(Protocol):
    """What there is of a picture; no content when it is still on its way, or never came."""

    @property
    def state(self) -> str: ...
    @property
    def content_type(self) -> str | None: ...
    @property
    def content(self) -> bytes | None: ...


class Pictures(Protocol):
    """Where pictures are written down."""

    async def claim(self, limit: int, /) -> Sequence[Awaited]: ...
    async def keep(self, id: str, content_type: str, content: bytes, /) -> None: ...
    async def retry(self, id: str, error: str, at: datetime, /) -> None: ...
    async def fail(self, id: str, error: str, /) -> None: ...


class Fetcher:
    """Fetches what is due, side by side."""

    def __init__(self, pictures: Pictures, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> None:
        self._pictures = pictures
        self._channels = channels
        self._clock = clock

    async def run_once(self) -> int:
        """Fetch what is due now and return how many pictures that was."""
        due = await self._pictures.claim(BATCH)
        await asyncio.gather(*(self._settle(awaited) for awaited in due))
        return len(due)

    async def _settle(self, awaited: Awaited) -> None:
        try:
            content = await self._fetch(awaited)
        except Exception as error:
            await self._failed(awaited, error)
        else:
            kind = content_type(content)
            if kind is None:
                await self._pictures.fail(awaited.id, "no picture")
            else:
                await self._pictures.keep(awaited.id, kind, content)

    async def _fetch(self, awaited: Awaited) -> bytes:
        if awaited.channel not in self._channels:
            raise Unreachable(f"Channel {awaited.channel} is off; set it up again to fetch what waits for it.")
        content = await self._channels[awaited.channel].fetch(awaited.source)
        if len(content) > LARGEST:
            raise Rejected("The picture is larger than we keep.", code="too large")
        return content

    async def _failed(self, awaited: Awaited, error: Exception) -> None:
        code = error.code if isinstance(error, DeliveryError) and error.code else type(error).__name__
        at = next_attempt(
            awaited.attempts + 1, error, self._clock(), max_attempts=MAX_ATTEMPTS, jitter=_random.random()
        )
        if at is None:
            logger.warning("Picture %s was given up: %s", awaited.id, code)
            await self._pictures.fail(awaited.id, code)
        else:
            await self._pictures.retry(awaited.id, code, at)


def routes(look_up: Callable[[str], Awaitable[Kept | None]]) -> list[Route]:
    """Return the path that shows a picture to whoever has its address: the town's own systems, and the citizen."""

    async def show(request: Request) -> Response:
        picture = await look_up(request.path_params["id"])
        if picture is None or picture.state == "failed":
            raise HTTPException(404, "There is no such picture.")
        if picture.content is None:
            raise HTTPException(503, "The picture is still on its way.", headers={"Retry-After": "10"})
        return Response(picture.content, media_type=picture.content_type, headers=HEADERS)

    return [Route(f"{PATH}/{{id}}", show, methods=["GET"])]
