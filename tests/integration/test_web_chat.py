"""The web chat over real HTTP: what is refused, and how an event stream goes on where it was."""

import asyncio
import json
import re
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from bot.messages import Choice, Outbound
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import serve
from channels.web.events import read_last_event_id, stream
from channels.web.pages import LANGUAGES, STATIC
from channels.web.routes import WebChannel
from channels.web.sessions import Sessions

UUID = str(uuid4())


@pytest.fixture
def counter() -> MemoryCounter:
    return MemoryCounter()


@pytest.fixture
async def client(counter: MemoryCounter) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app(counter))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.fixture
async def live(counter: MemoryCounter) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a real server: only over a socket does a stream come piece by piece."""
    async with serve(app(counter)) as url, httpx.AsyncClient(base_url=url, timeout=5) as client:
        yield client


def app(counter: MemoryCounter) -> Starlette:
    return Starlette(
        routes=WebChannel(Sessions("k" * 32), counter.ports(), counter.pictures_url, heartbeat=0.2).routes()
    )


async def bearer(client: httpx.AsyncClient) -> tuple[str, dict[str, str]]:
    """Open a session; return its address and what to send with each request."""
    token = (await client.post("/chat/sessions")).json()["session"]
    return token.partition(".")[0], {"Authorization": f"Bearer {token}"}


def outbound(address: str, text: str, **changes: Any) -> Outbound:
    return Outbound(id=text, channel="web", address=address, text=text, **changes)


@asynccontextmanager
async def events(client: httpx.AsyncClient, headers: dict[str, str]) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    async with client.stream("GET", "/chat/events", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield _frames(response)


async def _frames(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    frame: dict[str, Any] = {}
    async for line in response.aiter_lines():
        if line.startswith(":"):
            frame["comment"] = line
        elif line:
            field, _, value = line.partition(": ")
            frame[field] = json.loads(value) if field == "data" else value
        elif frame:
            yield frame
            frame = {}


async def read(frames: AsyncIterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Return the next `count` messages, passing over comments."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(5):
        async for frame in frames:
            if "data" in frame:
                found.append(frame)
            if len(found) == count:
                break
    return found


async def test_a_message_arrives_with_its_session_and_language(
    client: httpx.AsyncClient, counter: MemoryCounter
) -> None:
    address, headers = await bearer(client)
    response = await client.post("/chat/messages", json={"id": UUID, "text": "hola", "language": "es"}, headers=headers)
    assert (response.status_code, response.json()) == (202, {"id": UUID})
    [inbound] = counter.received
    assert (inbound.address, inbound.provider_id) == (address, f"{address}:{UUID}")
    assert (inbound.text, inbound.choice, inbound.language) == ("hola", None, "es")


async def test_a_pressed_choice_arrives_as_its_id(client: httpx.AsyncClient, counter: MemoryCounter) -> None:
    _, headers = await bearer(client)
    await client.post("/chat/messages", json={"id": UUID, "choice": "c1"}, headers=headers)
    assert (counter.received[0].text, counter.received[0].choice) == ("", "c1")


async def test_nobody_can_use_up_the_message_ids_of_others(client: httpx.AsyncClient, counter: MemoryCounter) -> None:
    for _ in range(2):
        _, headers = await bearer(client)
        await client.post("/chat/messages", json={"id": UUID, "text": "hi"}, headers=headers)
    assert len({inbound.provider_id for inbound in counter.received}) == 2


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "id"),
        ({"id": UUID}, "either"),
        ({"id": UUID, "text": "a", "choice": "b"}, "either"),
        ({"id": UUID, "text": None, "choice": None}, "either"),
        ({"id": 1, "text": "a"}, "UUID"),
        ({"id": "1", "text": "a"}, "UUID"),
        ({"id": f"{{{UUID}}}", "text": "a"}, "UUID"),
        ({"id": f"{UUID}\n", "text": "a"}, "UUID"),
        ({"id": UUID, "text": 1}, "text"),
        ({"id": UUID, "text": ["a"]}, "text"),
        ({"id": UUID, "text": True}, "text"),
        ({"id": UUID, "text": ""}, "text"),
        ({"id": UUID, "text": " \n"}, "text"),
        ({"id": UUID, "text": "x" * 4097}, "4096"),
        ({"id": UUID, "text": "a\0b"}, "NUL"),
        ({"id": UUID, "text": "\ud800"}, "half"),
        ({"id": UUID, "choice": ""}, "choice"),
        ({"id": UUID, "choice": "x" * 17}, "choice"),
        ({"id": UUID, "choice": {"id": "a"}}, "choice"),
        ({"id": UUID, "choice": "\udfff"}, "choice"),
        ({"id": UUID, "text": "a", "language": 1}, "language"),
        ({"id": UUID, "text": "a", "language": "<b>"}, "language"),
        ({"id": UUID, "text": "a", "language": "e" * 99}, "language"),
        ([1, 2], "object"),
        ("text", "object"),
        (None, "object"),
    ],
)
async def test_what_is_no_message_is_refused_in_one_sentence(
    client: httpx.AsyncClient, counter: MemoryCounter, body: object, word: str
) -> None:
    _, headers = await bearer(client)
    headers |= {"Content-Type": "application/json"}
    response = await client.post("/chat/messages", content=json.dumps(body), headers=headers)
    assert response.status_code == 422
    assert word in response.json()["error"]
    assert counter.received == []


async def test_a_stream_tells_what_was_said_and_what_is_said_next(
    live: httpx.AsyncClient, counter: MemoryCounter
) -> None:
    address, headers = await bearer(live)
    choices = (Choice(id="c1", title="Pothole", payload="/secret"),)
    counter.say(outbound(address, "first", choices=choices, language="es", attachments=("https://x.example/a.png",)))
    counter.say(outbound("another session", "not for you"))
    async with events(live, headers) as frames:
        [first] = await read(frames, 1)
        counter.say(outbound(address, "second\n\nid: 99"))
        [second] = await read(frames, 1)
    assert first == {
        "id": "1",
        "event": "message",
        "data": {
            "id": "first",
            "text": "first",
            "spans": [{"text": "first"}],
            "choices": [{"id": "c1", "title": "Pothole"}],
            "attachments": ["https://x.example/a.png"],
            "language": "es",
        },
    }
    assert (second["id"], second["data"]["text"]) == ("3", "second\n\nid: 99")


async def test_a_stream_goes_on_after_the_last_event(live: httpx.AsyncClient, counter: MemoryCounter) -> None:
    address, headers = await bearer(live)
    counter.say(*(outbound(address, str(number)) for number in range(1, 6)))
    async with events(live, headers) as frames:
        seen = await read(frames, 2)
    async with events(live, {**headers, "Last-Event-ID": seen[-1]["id"]}) as frames:
        seen += await read(frames, 3)
    assert [frame["data"]["text"] for frame in seen] == ["1", "2", "3", "4", "5"]


async def test_what_is_said_while_the_stream_looks_is_not_missed(counter: MemoryCounter) -> None:
    frames = stream(counter, "web", "a", 0, heartbeat=60)
    await anext(frames)
    reading = asyncio.ensure_future(anext(frames))
    # Comes between the look and the first step of whatever the stream starts then.
    asyncio.get_running_loop().call_soon(counter.say, outbound("a", "hello"))
    assert "hello" in await asyncio.wait_for(reading, 5)
    await frames.aclose()


async def test_two_streams_of_one_session_hear_the_same(live: httpx.AsyncClient, counter: MemoryCounter) -> None:
    address, headers = await bearer(live)
    async with events(live, headers) as one, events(live, headers) as two:
        counter.say(outbound(address, "hello"))
        assert (await read(one, 1))[0]["data"] == (await read(two, 1))[0]["data"]


async def test_a_quiet_stream_shows_that_it_lives(live: httpx.AsyncClient) -> None:
    _, headers = await bearer(live)
    async with events(live, headers) as frames:
        comments = [(await anext(frames))["comment"] for _ in range(3)]
    assert comments == [": welcome", ": still here", ": still here"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [("7", 7), ("", 0), ("-1", 0), ("x", 0), ("1.5", 0), ("٣", 0), ("²", 0), ("9" * 19, 0), ("9" * 5000, 0)],
)
def test_a_last_event_id_that_is_none_of_ours_means_the_beginning(header: str, expected: int) -> None:
    assert read_last_event_id(header) == expected


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x.y", "Basic abc", "Bearer \u00e9.\u00e9"])
async def test_a_stream_needs_a_session(client: httpx.AsyncClient, authorization: str) -> None:
    headers = {"Authorization": authorization.encode("latin-1")}
    response = await client.get("/chat/events", headers=headers)
    assert response.status_code == 401
    assert "session" in response.json()["error"]


async def test_a_session_is_not_read_from_the_address(client: httpx.AsyncClient) -> None:
    _, headers = await bearer(client)
    token = headers["Authorization"].removeprefix("Bearer ")
    assert (await client.get("/chat/events", params={"session": token})).status_code == 401


async def test_sessions_of_another_key_are_refused(client: httpx.AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {Sessions('other' * 8).new()}"}
    assert (await client.post("/chat/messages", json={"id": UUID, "text": "a"}, headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("query", "language", "direction", "others"),
    [
        ("", "en", "ltr", ["es", "tr", "ar"]),
        ("?lang=es", "es", "ltr", ["en", "tr", "ar"]),
        ("?lang=tr", "tr", "ltr", ["en", "es", "ar"]),
        ("?lang=ar", "ar", "rtl", ["en", "es", "tr"]),
        ("?lang=%3Cscript%3E", "en", "ltr", ["es", "tr", "ar"]),
    ],
)
async def test_the_page_comes_in_its_languages_and_runs_no_inline_script(
    client: httpx.AsyncClient, query: str, language: str, direction: str, others: list[str]
) -> None:
    response = await client.get(f"/{query}")
    assert response.status_code == 200
    assert f'<html lang="{language}" dir="{direction}">' in response.text
    assert re.findall(r'href="\?lang=(\w+)"', response.text) == others
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert "unsafe" not in response.headers["content-security-policy"]
    assert response.text.count("<script") == 1
    assert "<style" not in response.text


def test_page_and_widget_say_the_same_things_in_every_language() -> None:
    page = tomllib.loads((STATIC / "page.toml").read_text(encoding="utf-8"))
    widget = json.loads((STATIC / "widget/words.json").read_text(encoding="utf-8"))
    for words in (page, widget):
        assert set(words) == set(LANGUAGES)
        for language in LANGUAGES:
            assert words[language].keys() == words["en"].keys(), language
            assert all(words[language].values()), language


@pytest.mark.parametrize(("path", "media_type"), [("/widget.js", "text/javascript"), ("/page.css", "text/css")])
async def test_the_page_finds_its_files(client: httpx.AsyncClient, path: str, media_type: str) -> None:
    response = await client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(media_type)
    assert response.headers["x-content-type-options"] == "nosniff"


async def test_the_web_chat_has_delivered_once_it_is_in_the_outbox(counter: MemoryCounter) -> None:
    assert (
        await WebChannel(Sessions("k" * 32), counter.ports(), counter.pictures_url).send(outbound("a", "hello"))
        == "hello"
    )
