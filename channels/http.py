"""What channels do alike over HTTP: read with a limit, keep a message before answering."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from bot.errors import Rejected

T = TypeVar("T")
logger = logging.getLogger(__name__)

#: A body that has not arrived after this many seconds is somebody holding the line.
BODY_SECONDS = 10.0
RETRY_AFTER_SECONDS = 5


async def read_body(request: Request, limit: int, *, seconds: float = BODY_SECONDS) -> bytes:
    """Return the request's body; refuses one above `limit` bytes, or slower than `seconds`, without reading it all."""
    too_large = HTTPException(413, f"The request is larger than {limit} bytes; send less.")
    if _declared_length(request) > limit:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise too_large
    except TimeoutError:
        raise HTTPException(408, "The request took too long to arrive; send it again.") from None
    except ClientDisconnect:
        raise HTTPException(400, "The request ended before it was complete; send it again.") from None
    return bytes(body)


async def read_json_body(request: Request, limit: int) -> bytes:
    """Return the body of a request that says it is JSON; refuses any other with 415 before reading it."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "The body must be application/json.")
    return await read_body(request, limit)


async def read_answer(response: httpx.Response, limit: int) -> bytes:
    """Return the body of a provider's answer. Raises Rejected when it is above `limit` bytes, without reading on."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > limit:
            raise Rejected(f"The provider's answer is larger than {limit} bytes.", code="too large")
    return bytes(body)


def _declared_length(request: Request) -> int:
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdecimal() and len(declared) < 19 else 0


async def keep(storing: Awaitable[T], provider_id: str) -> T:
    """Wait until `storing` is done; when it fails, answer 503, so that whoever sent the message sends it again."""
    try:
        return await storing
    except Exception as error:
        # Only the kind of error: a database's message repeats the row, and with it the citizen's words.
        logger.error("Message %s was not kept: %s", provider_id, type(error).__name__)
        raise HTTPException(
            503, "The message could not be kept; send it again.", headers={"Retry-After": str(RETRY_AFTER_SECONDS)}
        ) from None


def is_plain(value: str, longest: int) -> bool:
    """Tell whether `value` can serve as an id or address: short, printable, no blanks around it."""
    return 0 < len(value) <= longest and value.isprintable() and value == value.strip()
