"""The demo town's paths over real HTTP: phones that speak the providers' protocols, and the cases for all to see."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette

from bot.demo import demo_routes
from bot.messages import Choice, Inbound, Location, Outbound, Wish
from bot.ports import new_id
from bot.settings import Settings, read_settings
from channels import open_channels
from channels.simulators.counter import MemoryCounter
from channels.simulators.demo import sms, telegram
from channels.simulators.serving import free_port, serve
from store import follows, inbox, requests
from store.engine import migrate, open_engine, reading

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
NUMBER, CHAT = "+15555551234", "512345678"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    env = {"TOWNCLERK_DEMO": "1", "TOWNCLERK_VAR": str(tmp_path), "TOWNCLERK_PORT": str(free_port())}
    return read_settings(env | {"TOWNCLERK_PUBLIC_URL": "https://town.example"})


@pytest.fixture
def engine(settings: Settings) -> Engine:
    migrate(settings.database_url)
    return open_engine(settings.database_url)


@pytest.fixture
def counter() -> MemoryCounter:
    return MemoryCounter()


@pytest.fixture
async def town(settings: Settings, engine: Engine, counter: MemoryCounter) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a demo whose channels repeat what they get, with a button, and keep still when told so."""

    async def accept(inbound: Inbound) -> None:
        await counter.accept(inbound)
        if inbound.wish is None:
            text = f"**Heard:** {inbound.choice or inbound.text}"
            channel, choices = channels[inbound.channel], (Choice(id="c1", title="More"),)
            await channel.send(
                Outbound(id="o", channel=channel.name, address=inbound.address, text=text, choices=choices)
            )

    channels = open_channels(settings, replace(counter.ports(), accept=accept))
    routes = [route for channel in channels.values() for route in channel.routes()]
    app = Starlette(routes=[*routes, *demo_routes(settings, engine, lambda: NOW)])
    async with serve(app, settings.port) as url, httpx.AsyncClient(base_url=url, timeout=10) as client:
        yield client
    for channel in channels.values():
        await channel.close()
    engine.dispose()


async def screen(town: httpx.AsyncClient, kind: str, visitor: str, after: int = 0) -> list[dict[str, Any]]:
    shown = await town.get(f"/demo/phones/{kind}", params={"visitor": visitor, "after": after})
    assert shown.status_code == 200, shown.text
    bubbles: list[dict[str, Any]] = shown.json()["bubbles"]
    assert shown.json()["count"] == after + len(bubbles)
    return bubbles


async def test_a_text_comes_in_signed_and_its_answer_shows_on_the_same_phone_only(
    town: httpx.AsyncClient, counter: MemoryCounter
) -> None:
    sent = await town.post("/demo/phones/sms", json={"visitor": NUMBER, "text": "A hole"})
    assert sent.status_code == 204
    assert [(got.channel, got.address, got.text) for got in counter.received] == [("sms", NUMBER, "A hole")]
    assert await screen(town, "sms", NUMBER) == [
        {"from": "me", "text": "A hole", "segments": 1},
        {"from": "town", "text": "Heard: A hole\n1. More", "segments": 1},
    ]
    assert await screen(town, "sms", "+15555554321") == []


async def test_a_screen_goes_on_below_what_it_shows(town: httpx.AsyncClient) -> None:
    for text in ("one", "two", "three"):
        await town.post("/demo/phones/sms", json={"visitor": NUMBER, "text": text})
    assert [line["text"] for line in await screen(town, "sms", NUMBER, after=3)] == [
        "Heard: two\n1. More",
        "three",
        "Heard: three\n1. More",
    ]


async def test_the_carrier_answers_stop_and_start_itself(town: httpx.AsyncClient, counter: MemoryCounter) -> None:
    for text in ("STOP", "START"):
        await town.post("/demo/phones/sms", json={"visitor": NUMBER, "text": text})
    assert [line["from"] for line in await screen(town, "sms", NUMBER)] == ["me", "carrier", "me", "carrier"]
    assert [got.wish for got in counter.received] == [Wish.STOP, Wish.START]


@pytest.mark.parametrize(
    ("text", "was_silent", "answered"),
    [
        ("Stop", False, True),
        # Known already.
        ("stop", True, False),
        (" start ", True, True),
        # To somebody who was never silent, yes is an answer to a question of the town.
        ("yes", False, False),
        ("yes", True, True),
        ("help", False, True),
        ("stop the noise", False, False),
    ],
)
def test_the_carrier_speaks_where_its_words_change_something(text: str, was_silent: bool, answered: bool) -> None:
    assert (sms.carrier_reply(text, was_silent=was_silent) is not None) is answered


async def test_telegram_shows_emphasis_and_buttons_and_takes_presses_and_places(
    town: httpx.AsyncClient, counter: MemoryCounter
) -> None:
    place = {"latitude": 40.5, "longitude": -88.5}
    for content in ({"text": "A lamp"}, {"press": "c1"}, {"location": place}):
        assert (await town.post("/demo/phones/telegram", json={"visitor": CHAT, **content})).status_code == 204
    assert [(got.text, got.choice, got.location) for got in counter.received] == [
        ("A lamp", None, None),
        ("", "c1", None),
        ("", None, Location(**place)),
    ]
    mine, town_said, *_ = await screen(town, "telegram", CHAT)
    assert mine == {"from": "me", "text": "A lamp"}
    assert town_said == {
        "from": "town",
        "text": "Heard: A lamp",
        "entities": [{"type": "bold", "offset": 0, "length": 6}],
        "buttons": [{"text": "More", "press": "c1"}],
    }


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("sms", []),
        ("sms", {"text": "hello"}),
        ("sms", {"visitor": "+13125551234", "text": "a real number"}),
        ("sms", {"visitor": f"{NUMBER}\n", "text": "hello"}),
        ("sms", {"visitor": NUMBER, "text": " "}),
        ("sms", {"visitor": NUMBER, "text": "x" * 1601}),
        ("telegram", {"visitor": "0", "text": "hello"}),
        ("telegram", {"visitor": CHAT, "press": ""}),
        ("telegram", {"visitor": CHAT, "press": "x" * 65}),
        ("telegram", {"visitor": CHAT, "location": {"latitude": 91, "longitude": 0}}),
        ("telegram", {"visitor": CHAT, "location": {"latitude": True, "longitude": 0}}),
        ("telegram", {"visitor": CHAT, "location": None}),
    ],
)
async def test_what_no_phone_sends_is_refused(
    town: httpx.AsyncClient, counter: MemoryCounter, kind: str, content: Any
) -> None:
    refused = await town.post(f"/demo/phones/{kind}", json=content)
    assert refused.status_code == 422
    assert refused.text.endswith(".")
    assert counter.received == []


@pytest.mark.parametrize("query", [{}, {"visitor": "me"}, {"visitor": NUMBER, "after": "-1"}])
async def test_a_screen_is_shown_to_a_visitor_only(town: httpx.AsyncClient, query: dict[str, str]) -> None:
    assert (await town.get("/demo/phones/sms", params=query)).status_code == 422


def test_ids_are_new_after_a_restart(settings: Settings) -> None:
    starts = itertools.count()

    def clock() -> datetime:
        return NOW + timedelta(seconds=next(starts))

    def start() -> tuple[str, int]:
        phone, bot = sms.build(settings, clock, new_id), telegram.build(settings, clock)
        arrived = phone.provider.arrives(NUMBER, "+15555550100", "hello")
        assert phone.provider.arrived[-1]["sid"] == arrived["MessageSid"]
        return arrived["MessageSid"], bot.provider.message(1, text="hello")["update_id"]

    (first_sid, first_update), (second_sid, second_update) = start(), start()
    assert first_sid != second_sid
    assert first_update != second_update


def filed(engine: Engine, **more: Any) -> str:
    with engine.begin() as conn:
        request = requests.ServiceRequest(
            service_request_id="",
            reference="TC-1",
            service_code="street_light",
            description="It is dark",
            requested_datetime=NOW,
            updated_datetime=NOW,
            **more,
        )
        return requests.file_new(conn, request).service_request_id


async def test_cases_are_shown_with_pictures_from_the_page_s_own_address(
    town: httpx.AsyncClient, engine: Engine
) -> None:
    number = filed(engine, lat=40.5, long=-88.5, media_url="https://town.example/media/1")
    assert (await town.get("/demo/backend")).json()["cases"] == [
        {
            "id": number,
            "reference": "TC-1",
            "status": "open",
            "service": "Street light",
            "address": "40.50000, -88.50000",
            "description": "It is dark",
            "pictures": ["/media/1"],
            "notes": "",
        }
    ]


async def test_a_closed_case_is_due_to_be_told_at_once(town: httpx.AsyncClient, engine: Engine) -> None:
    number = filed(engine, address="12 Oak Street")
    message = Inbound(channel="web", provider_id="m", address="a", text="", received_at=NOW)
    with engine.begin() as conn:
        conversation = inbox.accept(conn, message, now=NOW, new_id=new_id).conversation_id
        follows.add(conn, conversation, number, language="en", status="open", now=NOW + timedelta(minutes=10))
    assert (await town.post(f"/demo/backend/{number}/close", json={})).status_code == 204
    assert (await town.get("/demo/backend")).json()["cases"][0]["status"] == "closed"
    with reading(engine) as conn:
        assert follows.any_due(conn, now=NOW)


@pytest.mark.parametrize(("content", "status"), [({"json": {}}, 404), ({"data": {"a": "form"}}, 415)])
async def test_no_stranger_s_form_closes_a_case(town: httpx.AsyncClient, content: Any, status: int) -> None:
    assert (await town.post("/demo/backend/2026-000009/close", **content)).status_code == status


@pytest.mark.parametrize("file", ["phones.js", "phones.css"])
async def test_the_page_s_files_come_with_its_security_headers(town: httpx.AsyncClient, file: str) -> None:
    answer = await town.get(f"/demo/{file}")
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_nothing_of_it_is_there_outside_of_a_demo(settings: Settings, engine: Engine) -> None:
    assert demo_routes(replace(settings, demo=False), engine, lambda: NOW) == []
