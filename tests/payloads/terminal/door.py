"""How staff write from the town's terminal, and what strangers try."""

import hashlib
import hmac

from bot.messages import Choice
from bot.settings import Settings

PATH, ADDRESS, LIMIT = "/terminal/ana", "ana", 16 * 1024
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
BEARER = "Bearer " + hmac.new(b"k" * 32, b"terminal", hashlib.sha256).hexdigest()
NONSENSE = [b"", b"\xff\xfe\x00", b" \n", b"\x00"]
WRONG_TYPE = "application/json"
#: The same path is read by GET.
READS = True


def settings(plain: Settings, api_url: str) -> Settings:
    return plain


def body(text: str, number: int = 1) -> bytes:
    return text.encode()


def headers(body: bytes) -> dict[str, str]:
    # Each line has an id of its own; here the same words are the same line posted again.
    return {**TEXT, "Authorization": BEARER, "Idempotency-Key": hashlib.sha256(body).hexdigest()[:32]}


def strangers(body: bytes) -> list[dict[str, str]]:
    wrong = ["", "Bearer", "Bearer ", BEARER[:-1], BEARER + "0", BEARER.removeprefix("Bearer ")]
    return [TEXT, *({**headers(body), "Authorization": value} for value in wrong)]


def press(choice: Choice, place: int, number: int) -> bytes:
    return body(str(place), number)
