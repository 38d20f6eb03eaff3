"""What the web chat takes besides words: pictures, a position; and from which sites."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from bot.messages import Location
from channels.simulators.counter import MemoryCounter
from channels.web.routes import WebChannel
from channels.web.sessions import Sessions

UUID = str(uuid4())


@pytest.fixture
def counter() -> MemoryCounter:
    return MemoryCounter()


@pytest.fixture
async def client(counter: MemoryCounter) -> AsyncIterator[httpx.AsyncClient]:
    channel = WebChannel(Sessions("k" * 32), counter.ports(), counter.pictures_url)
    transport = httpx.ASGITransport(Starlette(routes=channel.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def bearer(client: httpx.AsyncClient) -> tuple[str, dict[str, str]]:
    """Open a session; return its address and what to send with each request."""
    token = (await client.post("/chat/sessions")).json()["session"]
    return token.partition(".")[0], {"Authorization": f"Bearer {token}"}


async def test_the_widget_may_stand_on_any_site(client: httpx.AsyncClient) -> None:
    origin = {"Origin": "https://parks.springdale.example"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    allowed = await client.options("/chat/messages", headers={**origin, **asked})
    assert allowed.headers["access-control-allow-origin"] == "*"
    assert {"authorization", "content-type"} <= set(
        allowed.headers["access-control-allow-headers"].lower().replace(" ", "").split(",")
    )
    opened = await client.post("/chat/sessions", headers=origin)
    assert opened.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in opened.headers


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


async def test_a_picture_is_kept_and_goes_with_a_message(client: httpx.AsyncClient, counter: MemoryCounter) -> None:
    address, auth = await bearer(client)
    posted = await client.post("/chat/pictures", content=PNG, headers=auth)
    assert posted.status_code == 201
    assert counter.pictures == [("web", address, "image/png", PNG)]
    body = {"id": UUID, "attachments": [posted.json()["url"]]}
    assert (await client.post("/chat/messages", json=body, headers=auth)).status_code == 202
    assert counter.received[0].attachments == (posted.json()["url"],)
    assert counter.received[0].text == ""


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"<script>alert(1)</script>", 415), (b"", 415), (PNG + b"\0" * (10 * 1024 * 1024), 413)],
)
async def test_what_is_no_picture_is_refused(
    client: httpx.AsyncClient, counter: MemoryCounter, content: bytes, status: int
) -> None:
    _, auth = await bearer(client)
    posted = await client.post("/chat/pictures", content=content, headers={**auth, "Content-Type": "image/png"})
    assert posted.status_code == status
    assert counter.pictures == []


async def test_strangers_leave_no_pictures(client: httpx.AsyncClient, counter: MemoryCounter) -> None:
    assert (await client.post("/chat/pictures", content=PNG)).status_code == 401
    assert counter.pictures == []


async def test_a_position_is_a_message(client: httpx.AsyncClient, counter: MemoryCounter) -> None:
    _, auth = await bearer(client)
    body = {"id": UUID, "location": {"latitude": 40.5, "longitude": -73}}
    assert (await client.post("/chat/messages", json=body, headers=auth)).status_code == 202
    assert counter.received[0].location == Location(latitude=40.5, longitude=-73.0)


@pytest.mark.parametrize(
    "fields",
    [
        {"location": "here"},
        {"location": {"latitude": 91, "longitude": 0}},
        {"location": {"latitude": True, "longitude": 0}},
        {"location": {"latitude": "40", "longitude": "-73"}},
        {"attachments": "https://chat.springdale.example/media/1"},
        {"attachments": ["https://elsewhere.example/media/1"]},
        {"attachments": ["https://chat.springdale.example/media/../desk"]},
        {"attachments": ["https://chat.springdale.example/media/1"] * 6},
        {"attachments": []},
    ],
)
async def test_places_and_pictures_that_are_none_are_refused(
    client: httpx.AsyncClient, counter: MemoryCounter, fields: dict[str, Any]
) -> None:
    _, auth = await bearer(client)
    posted = await client.post("/chat/messages", json={"id": UUID, **fields}, headers=auth)
    assert posted.status_code == 422
    assert counter.received == []
