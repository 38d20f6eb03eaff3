"""Reports from the first word to the number, through real processes, at a town of which only the address is known.

By SMS in Spanish, by Telegram with photo and place, and begun in the web chat and finished by SMS.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from processes import Counter, eventually, open_counter

from actions.simulators.faults import FaultPlan
from actions.simulators.open311 import BASE, FakeOpen311
from channels.simulators.serving import serve
from store import catalogues
from store.engine import open_engine, reading

pytestmark = pytest.mark.slow

REFERENCE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}\b")
CODE = re.compile(r"\b[A-Z0-9]{3}-[A-Z0-9]{3}\b")
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 100
PHOTO = [{"file_id": "photo-1", "file_unique_id": "p", "width": 1280, "height": 960}]


@dataclass
class Journey:
    """A counter whose reports go to a town's own endpoint."""

    counter: Counter
    endpoint: FakeOpen311


@pytest.fixture
async def journey(model: Path, tmp_path: Path) -> AsyncIterator[Journey]:
    endpoint = FakeOpen311(lambda: datetime.now(UTC))
    async with serve(endpoint) as url, open_counter(tmp_path, model, OPEN311_URL=url + BASE) as counter:
        engine = open_engine(f"sqlite:///{tmp_path}/townclerk.db")

        def fetched() -> str | None:
            with reading(engine) as conn:
                return catalogues.version(conn, url + BASE)

        await eventually(fetched, "the catalogue")
        engine.dispose()
        yield Journey(counter, endpoint)


async def test_a_report_by_sms_in_spanish_arrives_once_at_a_town_that_fails(journey: Journey) -> None:
    journey.endpoint.fail(FaultPlan(seed=3, errors=0.2, lost=0.1))
    phone = journey.counter.phone("+15551101")
    heard = await phone.text("hay un hueco enorme en la calle y se me pinchó una llanta", replies=2)
    assert "asistente" in heard
    assert "¿Dónde" in heard
    heard = await phone.text("Calle Roble 12")
    assert "Like a car tire" in heard
    await phone.text("2")
    await phone.text("1 y 2")
    await phone.text("saltar")
    heard = await phone.text("saltar")
    assert "Calle Roble 12" in heard
    heard = await phone.text("1")
    found = REFERENCE.search(heard)
    assert found is not None, heard
    while "638344" not in heard:
        heard = await phone.hear()
    assert "caso" in heard
    [received] = journey.endpoint.received
    assert received.service.service_code == "001"
    assert received.form.get("address_string") == "Calle Roble 12"
    assert received.form.attributes == {"SIZE": ("124",), "LANE": ("traffic", "bike")}
    assert found.group() in received.form.get("description")


async def test_a_report_by_telegram_has_its_photo_and_place(journey: Journey) -> None:
    journey.counter.telegram.files["photo-1"] = JPEG
    chat = journey.counter.chat(4711)
    [_, asked] = await chat.send(text="somebody sprayed graffiti on a wall", replies=2)
    assert "where" in asked["text"].lower()
    [asked] = await chat.send(location={"latitude": 41.5, "longitude": -87.25})
    assert "What does it say" in asked["text"], "what the first sentence told is not asked"
    await chat.send(photo=PHOTO)
    await chat.send(text="A red tag, two meters high")
    [summary] = await chat.send(text="skip")
    assert "A red tag" in summary["text"]
    send = summary["reply_markup"]["inline_keyboard"][1][0]
    [receipt] = await chat.press(send["callback_data"])
    assert REFERENCE.search(receipt["text"])
    await eventually(lambda: journey.endpoint.received or None, "the report")
    [received] = journey.endpoint.received
    assert received.form.position == (41.5, -87.25)
    assert received.form.attributes["WHERE"] == ("wall",)
    media_url = received.form.get("media_url")
    assert media_url.startswith(f"{journey.counter.edge}/media/")
    seen = await journey.counter.client.get(media_url)
    assert (seen.status_code, seen.content) == (200, JPEG)


async def test_a_report_begun_in_the_web_chat_is_finished_by_sms(journey: Journey) -> None:
    browser = await journey.counter.browser()
    heard = await browser.say("there is a dead raccoon on the sidewalk", replies=3)
    assert "I can take your report now" in heard, "a topic's answer stands beside the report"
    heard = await browser.say("yes")
    assert "where" in heard.lower()
    await browser.say("12 Oak Street")
    heard = await browser.say("save")
    code = CODE.search(heard)
    assert code is not None, heard
    phone = journey.counter.phone("+15551103")
    heard = await phone.text(code.group(), replies=2)
    heard = await phone.text("skip") if "SKIP" in heard else heard
    assert "12 Oak Street" in heard
    heard = await phone.text("1")
    assert REFERENCE.search(heard), heard
    while "638344" not in heard:
        heard = await phone.hear()
    [received] = journey.endpoint.received
    assert (received.service.service_code, received.form.get("address_string")) == ("animal", "12 Oak Street")
    heard = await browser.say(code.group())
    assert "12 Oak Street" not in heard, "what went on elsewhere does not go on here"
