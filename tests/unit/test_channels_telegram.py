"""Telegram both ways: what updates say, what goes out, and what the Bot API's errors mean."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bot.errors import DeliveryError, OptedOut, Rejected, Throttled, Unreachable
from bot.messages import Choice, Location, Outbound
from bot.settings import TelegramSettings
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import serve
from channels.simulators.telegram import FakeTelegram, Fault
from channels.telegram.channel import PATH, TelegramChannel
from channels.telegram.updates import inbound

TOKEN, SECRET = "123456:a-token-of-the-test", "a-secret-of-the-test"
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CITIZEN = 4711
PHOTO = [
    {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 60},
    {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 960},
]


def channel(url: str, counter: MemoryCounter, secret: str | None = SECRET, token: str = TOKEN) -> TelegramChannel:
    settings = TelegramSettings(bot_token=token, webhook_secret=secret, api_url=url)
    return TelegramChannel(settings, "https://chat.springdale.example", counter.ports(lambda: NOW))


@pytest.fixture
def provider() -> FakeTelegram:
    return FakeTelegram(TOKEN)


@pytest.fixture
async def telegram(provider: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    async with serve(provider.app) as url:
        opened = channel(url, MemoryCounter())
        yield opened
        await opened.close()


def outbound(text: str = "Which one?", **changes: Any) -> Outbound:
    return Outbound(**{"id": "o1", "channel": "telegram", "address": str(CITIZEN), "text": text, **changes})


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ({"text": "Is the library open?"}, {"text": "Is the library open?"}),
        ({"text": "/start"}, {"text": "hello"}),
        ({"text": "/start K7Q-X2M"}, {"text": "K7Q-X2M"}),
        ({"text": "/report@SpringdaleBot"}, {"text": "I want to report a problem"}),
        ({"text": '/inform{"service":"pothole"}'}, {"text": '/inform{"service":"pothole"}'}),
        ({"text": "a\0b"}, {"text": "ab"}),
        (
            {"location": {"latitude": 40.5, "longitude": -73.25}},
            {"location": Location(latitude=40.5, longitude=-73.25)},
        ),
        ({"photo": PHOTO, "caption": "here"}, {"text": "here", "attachments": ("large",)}),
        (
            {"document": {"file_id": "d", "file_unique_id": "d", "mime_type": "image/png"}},
            {"attachments": ("d",)},
        ),
        ({"contact": {"phone_number": "+15550123", "first_name": "Ana"}}, {"text": "+15550123"}),
    ],
)
def test_what_a_citizen_sends_is_a_message(
    provider: FakeTelegram, content: dict[str, Any], fields: dict[str, Any]
) -> None:
    update = provider.message(CITIZEN, **content)
    read = inbound(Update.de_json(update, None), "telegram", NOW)
    assert read is not None
    assert {name: getattr(read, name) for name in fields} == fields
    assert (read.provider_id, read.address, read.choice) == (str(update["update_id"]), str(CITIZEN), None)


def test_a_pressed_button_is_its_choice(provider: FakeTelegram) -> None:
    read = inbound(Update.de_json(provider.press(CITIZEN, "0a1b2c3d4e5f"), None), "telegram", NOW)
    assert read is not None
    assert (read.choice, read.text, read.address) == ("0a1b2c3d4e5f", "", str(CITIZEN))


async def test_choices_are_buttons_with_short_ids(telegram: TelegramChannel, provider: FakeTelegram) -> None:
    choices = (Choice(id="a1", title="Pothole", payload="/secret"), Choice(id="b2", title="Street light"))
    provider_id = await telegram.send(outbound("See [the page](https://x.example/a_b).", choices=choices))
    [sent] = provider.ledger
    assert provider_id.startswith(f"{CITIZEN}:")
    assert sent["text"] == "See the page."
    assert sent["entities"] == [{"type": "text_link", "offset": 4, "length": 8, "url": "https://x.example/a_b"}]
    assert sent["reply_markup"]["inline_keyboard"] == [
        [{"text": "Pothole", "callback_data": "a1"}],
        [{"text": "Street light", "callback_data": "b2"}],
    ]


async def test_a_long_text_goes_out_in_parts_with_the_buttons_under_the_last(
    telegram: TelegramChannel, provider: FakeTelegram
) -> None:
    text = " ".join(["word"] * 1500)
    await telegram.send(outbound(text, choices=(Choice(id="a1", title="More"),)))
    assert [len(sent["text"]) <= 4096 for sent in provider.ledger] == [True, True]
    assert " ".join(sent["text"] for sent in provider.ledger) == text
    assert ["reply_markup" in sent for sent in provider.ledger] == [False, True]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(429, "Too Many Requests: retry after 7", retry_after=7), Throttled),
        (Fault(403, "Forbidden: bot was blocked by the user"), OptedOut),
        (Fault(400, "Bad Request: chat not found"), Rejected),
        (Fault(401, "Unauthorized"), Unreachable),
        (Fault(502, "Bad Gateway"), Unreachable),
    ],
)
async def test_errors_are_named(
    telegram: TelegramChannel, provider: FakeTelegram, fault: Fault, error: type[DeliveryError]
) -> None:
    provider.faults.append(fault)
    with pytest.raises(error) as caught:
        await telegram.send(outbound())
    if isinstance(caught.value, Throttled):
        assert caught.value.retry_after == 7


async def test_no_answer_is_unreachable() -> None:
    alone = channel("http://127.0.0.1:9", MemoryCounter())
    with pytest.raises(Unreachable):
        await alone.send(outbound())
    await alone.close()


async def test_a_photo_is_fetched_by_its_id(telegram: TelegramChannel, provider: FakeTelegram) -> None:
    provider.files["large"] = b"\xff\xd8\xff..."
    assert await telegram.fetch("large") == b"\xff\xd8\xff..."


async def test_with_a_secret_telegram_is_told_where_updates_go(
    telegram: TelegramChannel, provider: FakeTelegram
) -> None:
    await telegram.run()
    method, fields = provider.calls[0]
    assert method == "setWebhook"
    assert fields["url"] == f"https://chat.springdale.example{PATH}"
    assert fields["secret_token"] == SECRET
    assert fields["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert [name for name, _ in provider.calls[1:]] == ["setMyCommands"] * 4


async def test_without_a_secret_updates_are_polled_each_until_it_is_kept(provider: FakeTelegram) -> None:
    counter = MemoryCounter(broken=OSError("disk full"))
    provider.waiting += [provider.message(CITIZEN, text="one"), provider.press(CITIZEN, "a1")]
    async with serve(provider.app) as url:
        polling = channel(url, counter, secret=None)
        with pytest.raises(OSError, match="disk full"):
            await polling._poll()
        counter.broken = None
        running = asyncio.create_task(polling.run())
        async with asyncio.timeout(5):
            while len(counter.received) < 2 or provider.waiting:
                await asyncio.sleep(0.01)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await polling.close()
    assert [(read.text, read.choice) for read in counter.received] == [("one", None), ("", "a1")]
    assert len(provider.answered) == 1
