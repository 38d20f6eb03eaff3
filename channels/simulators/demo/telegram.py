"""The demo's Telegram phones: updates with the bot's secret in, its messages and buttons out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from starlette.exceptions import HTTPException

from bot.errors import ConfigurationError
from bot.settings import Settings
from channels.simulators.demo.phone import Bubble, Phone, deliver
from channels.simulators.telegram import LONGEST, FakeTelegram, post
from channels.telegram.channel import PATH


class TelegramPhone(Phone):
    """Phones that talk to the town's bot."""

    visitors = re.compile(r"[1-9][0-9]{8}")
    longest = LONGEST

    def __init__(self, provider: FakeTelegram, secret: str, local_url: str) -> None:
        super().__init__()
        self.provider = provider
        self._secret = secret
        self._posted_to = local_url + PATH

    def ledger(self) -> Sequence[tuple[str, Bubble]]:
        return [(str(said["chat_id"]), _bubble(said)) for said in self.provider.ledger]

    async def send(self, visitor: str, content: dict[str, Any]) -> None:
        update = self._update(visitor, content)
        await deliver(lambda client: post(client, self._posted_to, update, self._secret))

    def _update(self, visitor: str, content: dict[str, Any]) -> dict[str, Any]:
        """Return what Telegram posts: a pressed button leaves no line on the screen, the rest does."""
        chat = int(visitor)
        if "press" in content:
            return self.provider.press(chat, _pressed(content["press"]))
        if "location" in content:
            location = _location(content["location"])
            self.keep(visitor, "me", f"Location: {location['latitude']}, {location['longitude']}")
            return self.provider.message(chat, location=location)
        text = self.text_of(content)
        self.keep(visitor, "me", text)
        return self.provider.message(chat, text=text)


def _bubble(said: Mapping[str, Any]) -> Bubble:
    rows = said.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [{"text": button["text"], "press": button["callback_data"]} for row in rows for button in row]
    return {"from": "town", "text": said["text"], "entities": said.get("entities", []), "buttons": buttons}


def _pressed(data: object) -> str:
    if not isinstance(data, str) or not 1 <= len(data.encode(errors="replace")) <= 64:
        raise HTTPException(422, "press must be what the button carries: 1 to 64 bytes.")
    return data


def _location(given: object) -> dict[str, float]:
    found = given if isinstance(given, dict) else {}
    return {"latitude": _degrees(found.get("latitude"), 90), "longitude": _degrees(found.get("longitude"), 180)}


def _degrees(value: object, most: int) -> float:
    # A bool is an int to Python, and NaN compares false to everything.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= most:
        raise HTTPException(422, "location must have a latitude and a longitude, in degrees.")
    return float(value)


def build(settings: Settings, clock: Callable[[], datetime]) -> TelegramPhone:
    """Return the phones that belong to the demo's bot."""
    account = settings.telegram
    if account is None or account.webhook_secret is None:
        raise ConfigurationError("The demo has no bot; set TOWNCLERK_DEMO=1, which brings one.")
    # Updates count on from the time of the start: the town's database outlives the stand-in, and takes each once.
    provider = FakeTelegram(account.bot_token, _numbers=count(int(clock().timestamp() * 1000)))
    return TelegramPhone(provider, account.webhook_secret, f"http://{settings.host}:{settings.port}")
