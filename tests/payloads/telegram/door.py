"""How updates of the Bot API come in, what strangers try, and what Telegram answers when it does not send."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.errors import OptedOut, Rejected, Throttled, Unreachable
from bot.messages import Choice
from bot.settings import Settings, TelegramSettings
from channels.simulators.telegram import FakeTelegram, Fault

UPDATE = json.loads((Path(__file__).parent / "message.json").read_text())
SECRET, BOT_TOKEN = "a-secret-of-the-test", "123456:abc"
PATH, ADDRESS, LIMIT = "/webhooks/telegram", "4711", 1024 * 1024
JSON, HEADER = {"Content-Type": "application/json"}, "X-Telegram-Bot-Api-Secret-Token"
NONSENSE = [b"", b"\xff\xfe\x00", b"[]", b"null", b"{", b"{" * 10_000, b"\x00", b'{"update_id": "1"}', b"{}"]
FAULTS = [
    (Fault(429, "Too Many Requests", retry_after=7), Throttled, 7),
    (Fault(500), Unreachable, None),
    (Fault(502, "Bad Gateway"), Unreachable, None),
    (Fault(401, "Unauthorized"), Unreachable, None),
    (Fault(400, "Bad Request: chat not found"), Rejected, None),
    (Fault(403, "Forbidden: bot was blocked by the user"), OptedOut, None),
]


def settings(plain: Settings, api_url: str) -> Settings:
    return replace(plain, telegram=TelegramSettings(bot_token=BOT_TOKEN, webhook_secret=SECRET, api_url=api_url))


def _update(number: int, **content: object) -> bytes:
    message = {name: value for name, value in UPDATE["message"].items() if name != "text"}
    return json.dumps({"update_id": number, "message": message | content}).encode()


def body(text: str, number: int = 1) -> bytes:
    return _update(number, text=text)


def headers(body: bytes) -> dict[str, str]:
    return {**JSON, HEADER: SECRET}


def strangers(body: bytes) -> list[dict[str, str]]:
    return [JSON, *({**JSON, HEADER: wrong} for wrong in ("", SECRET + "x", SECRET[:-1], SECRET.upper()))]


def press(choice: Choice, place: int, number: int) -> bytes:
    message = UPDATE["message"]
    query = {"id": "1", "from": message["from"], "chat_instance": "1", "data": choice.id, "message": message}
    return json.dumps({"update_id": number, "callback_query": query}).encode()


def unreadable(number: int) -> bytes:
    return _update(number, voice={"file_id": "f", "file_unique_id": "u", "duration": 3})


def provider() -> FakeTelegram:
    return FakeTelegram(BOT_TOKEN)


def sent(provider: FakeTelegram) -> list[str]:
    return [str(message["text"]) for message in provider.ledger]


def offered(provider: FakeTelegram, choices: Mapping[str, str]) -> bool:
    rows = provider.ledger[-1]["reply_markup"]["inline_keyboard"]
    return {button["callback_data"]: button["text"] for row in rows for button in row} == choices
