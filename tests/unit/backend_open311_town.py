"""A town's endpoint that answers what a test tells it, over real HTTP, and the client that talks to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import JSONResponse, Response

from actions.backends.open311 import Open311
from bot.messages import Location, Submit

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
REFERENCE = "K7QX-2M9D-4HTR"
POTHOLE = {"service_code": "001", "service_name": "Pothole", "metadata": False, "type": "realtime"}
SERVICES = (
    POTHOLE,
    {"service_code": "slow", "service_name": "Street light", "metadata": False, "type": "batch"},
    {"service_code": "mute", "service_name": "Compliment", "metadata": False, "type": "blackbox"},
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached the town."""

    method: str
    path: str
    query: dict[str, str]
    #: A form's fields in order, with those that repeat.
    form: list[tuple[str, str]]
    headers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(slots=True)
class Town:
    """Answers what `replies` has for "GET /services.json", else 404."""

    #: A response, or a function that makes one for a call; of a list one after the other, the last one for ever.
    replies: dict[str, Any] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def asked(self, method_and_path: str) -> list[Call]:
        return [call for call in self.calls if str(call) == method_and_path]

    def answer(self, call: Call) -> Response:
        self.calls.append(call)
        reply = self.replies.get(str(call), Response("<h1>Not Found</h1>", 404, media_type="text/html"))
        if isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        response: Response = reply if isinstance(reply, Response) else reply(call)
        return response


@asynccontextmanager
async def listening(app: Town) -> AsyncIterator[str]:
    """Yield the base URL at which a town answers. A server of a few lines: a real one takes 0.2 s to start and stop."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        response = app.answer(await _read_call(reader))
        head = b"".join(b"%s: %s\r\n" % header for header in response.raw_headers)
        writer.write(b"HTTP/1.1 %d Some reason\r\nconnection: close\r\n%s\r\n" % (response.status_code, head))
        writer.write(response.body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _read_call(reader: asyncio.StreamReader) -> Call:
    line, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    headers = {name.lower(): value for name, _, value in (entry.partition(": ") for entry in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, target, _ = line.split()
    path, _, query = target.partition("?")
    fields = parse_qsl(body.decode(), keep_blank_values=True)
    return Call(method, path, dict(parse_qsl(query, keep_blank_values=True)), fields, headers)


def town(**replies: Any) -> Town:
    """Return a town that lists three services in JSON; `post` answers reports, `requests` is its list."""
    made = Town({"GET /services.json": JSONResponse(list(SERVICES))})
    if "post" in replies:
        made.replies["POST /requests.json"] = replies["post"]
    if "requests" in replies:
        made.replies["GET /requests.json"] = replies["requests"]
    return made


@asynccontextmanager
async def client(app: Town, path: str = "", **settings: Any) -> AsyncIterator[Open311]:
    """Yield a client of a town that is served for as long as the block runs."""
    clock = settings.pop("clock", lambda: NOW)
    async with listening(app) as url:
        backend = Open311(url + path, clock, **settings)
        yield backend
        await backend.close()


def submit(**changes: Any) -> Submit:
    """Return a report of a pothole."""
    fields: dict[str, Any] = {
        "reference": REFERENCE,
        "service_code": "001",
        "description": "Deep hole.",
        "address_string": "12 Main St",
    }
    return Submit(**fields | changes)


HERE = Location(latitude=41.88, longitude=-87.63)


@asynccontextmanager
async def socket_server(*answers: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Yield the URL of a server that reads a request, sends the next of `answers` as it is, and hangs up.

    The list beside it holds what arrived. Without an answer left it just hangs up.
    """
    left, arrived = list(answers), []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((line.split(b":")[1] for line in head.lower().split(b"\r\n") if b"content-length" in line), b"0")
        arrived.append(head + await reader.readexactly(int(length)))
        writer.write(left.pop(0) if left else b"")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", arrived
