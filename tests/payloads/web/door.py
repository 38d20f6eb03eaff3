"""How browsers post, and what strangers try."""

import json
from pathlib import Path

from bot.messages import Choice
from bot.settings import Settings
from channels.web.sessions import Sessions

MESSAGE = json.loads((Path(__file__).parent / "message.json").read_text())
KEY = "k" * 32
SESSION = Sessions(KEY).new()
PATH, ADDRESS, LIMIT = "/chat/messages", SESSION.partition(".")[0], 16 * 1024
JSON = {"Content-Type": "application/json"}
NONSENSE = [b"", b"\xff\xfe\x00", b"[]", b"null", b"{", b"{" * 10_000, b"\x00", b'{"id": 1, "text": "hi"}', b"{}"]


def settings(plain: Settings, api_url: str) -> Settings:
    return plain


def _message(number: int, **content: str) -> bytes:
    return json.dumps({"id": MESSAGE["id"][:-12] + f"{number:012x}", **content}).encode()


def body(text: str, number: int = 1) -> bytes:
    return _message(number, text=text)


def headers(body: bytes) -> dict[str, str]:
    return {**JSON, "Authorization": f"Bearer {SESSION}"}


def strangers(body: bytes) -> list[dict[str, str]]:
    id, _, signature = SESSION.partition(".")
    of_another_town = Sessions("f" * 32).new()
    wrong = ["", "x", signature, f"{'0' * 32}.{signature}", f"{id}.", f"{id}.{signature}x", of_another_town]
    bearers = [{**JSON, "Authorization": f"Bearer {token}"} for token in wrong]
    return [JSON, {**JSON, "Authorization": f"Basic {SESSION}"}, *bearers]


def press(choice: Choice, place: int, number: int) -> bytes:
    return _message(number, choice=choice.id)
