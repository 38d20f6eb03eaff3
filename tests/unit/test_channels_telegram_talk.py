"""Telegram beside the conversation: edits, groups, redelivery, waiting, and a start that fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from telegram import Update

from bot.errors import OptedOut, Throttled
from bot.messages import Outbound
from bot.settings import TelegramSettings
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import serve
from channels.simulators.telegram import FakeTelegram, Fault
from channels.telegram import channel as module
from channels.telegram.channel import TelegramChannel
from channels.telegram.words import EDITED, GROUP

TOKEN = "123456:a-token-of-the-test"
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CITIZEN = 4711


@pytest.fixture
def provider() -> FakeTelegram:
    return FakeTelegram(TOKEN)


@pytest.fixture
def counter() -> MemoryCounter:
    return MemoryCounter()


@pytest.fixture
async def telegram(provider: FakeTelegram, counter: MemoryCounter) -> AsyncIterator[TelegramChannel]:
    async with serve(provider.app) as url:
        settings = TelegramSettings(bot_token=TOKEN, webhook_secret="a-secret", api_url=url)
        opened = TelegramChannel(settings, "https://chat.springdale.example", counter.ports(lambda: NOW))
        yield opened
        await opened.close()


def outbound(address: int = CITIZEN) -> Outbound:
    return Outbound(id="o1", channel="telegram", address=str(address), text="Hello")


@pytest.mark.parametrize(("app", "words"), [("es", "es"), ("tr", "tr"), ("ar", "ar"), ("pt-br", "en")])
async def test_a_change_is_answered_once_in_the_apps_language(
    telegram: TelegramChannel, provider: FakeTelegram, counter: MemoryCounter, app: str, words: str
) -> None:
    provider.language = app
    first = provider.message(CITIZEN, text="Oak 12")
    for text in ("Oak 21", "Oak 22"):
        await telegram._take(Update.de_json(provider.edit(first, text=text), telegram._bot))
    assert [sent["text"] for sent in provider.ledger] == [EDITED[words]]
    assert counter.received == []


async def test_a_group_is_left_even_when_it_hears_nothing(telegram: TelegramChannel, provider: FakeTelegram) -> None:
    provider.language = "es"
    update = provider.member(CITIZEN, "member", {"id": -5, "type": "group", "title": "Neighbours"})
    await telegram._take(Update.de_json(update, telegram._bot))
    assert [sent["text"] for sent in provider.ledger] == [GROUP["es"]]
    provider.faults.append(Fault(403, "Forbidden: not enough rights"))
    await telegram._take(Update.de_json(update, telegram._bot))
    assert [method for method, _ in provider.calls] == ["sendMessage", "leaveChat"] * 2


async def test_updates_count_once_in_any_order_with_any_numbers(
    telegram: TelegramChannel, provider: FakeTelegram, counter: MemoryCounter
) -> None:
    for number in (900, 7, 900, 2_000_000_000, 7):
        update = provider.message(CITIZEN, text=str(number)) | {"update_id": number}
        await telegram._take(Update.de_json(update, telegram._bot))
    # Handed over each time, under the id by which the store takes it once.
    assert list(dict.fromkeys(said.provider_id for said in counter.received)) == ["900", "7", "2000000000"]


async def test_a_citizen_who_blocked_the_bot_has_opted_out(telegram: TelegramChannel, provider: FakeTelegram) -> None:
    provider.blocked.add(CITIZEN)
    with pytest.raises(OptedOut):
        await telegram.send(outbound())
    assert (await telegram.send(outbound(CITIZEN + 1))).startswith(f"{CITIZEN + 1}:")


async def test_only_the_chat_that_is_throttled_waits(telegram: TelegramChannel, provider: FakeTelegram) -> None:
    provider.faults.append(Fault(429, "Too Many Requests: retry after 7", retry_after=7))
    for _ in range(2):
        with pytest.raises(Throttled):
            await telegram.send(outbound())
    await telegram.send(outbound(CITIZEN + 1))
    assert [int(fields["chat_id"]) for _, fields in provider.calls] == [CITIZEN, CITIZEN + 1]


@pytest.mark.parametrize(
    ("fault", "line"),
    [(Fault(502, "Bad Gateway"), "tried again soon"), (Fault(409, "Conflict: terminated"), "run one Townclerk")],
)
async def test_a_start_that_fails_is_tried_again(
    telegram: TelegramChannel,
    provider: FakeTelegram,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    line: str,
) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0)
    provider.faults.append(fault)
    with caplog.at_level(logging.WARNING), contextlib.suppress(TimeoutError):
        await asyncio.wait_for(telegram.run(), 5)
    assert [method for method, _ in provider.calls[:2]] == ["setWebhook", "setWebhook"]
    assert line in caplog.text
