"""Pictures are told by their first bytes; they are fetched with retries, and shown to whoever has their address."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pytest
from starlette.applications import Starlette

from bot.errors import OptedOut, Rejected, Throttled, Unreachable
from bot.pictures import LARGEST, content_type
from channels.pictures import MAX_ATTEMPTS, Fetcher, routes
from store.attachments import Attachment, Picture

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JPEG, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic....", "image/heic"),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (b"\0\0\0\x18ftypmp42....", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_a_picture_is_told_by_its_first_bytes(content: bytes, kind: str | None) -> None:
    assert content_type(content) == kind


class Provider:
    """A channel that hands over what it is told to."""

    name = "sms"

    def __init__(self, answer: bytes | Exception) -> None:
        self._answer = answer

    async def fetch(self, source: str) -> bytes:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@dataclass
class Shelf:
    """What was written down about one picture."""

    attempts: int = 0
    channel: str = "sms"
    written: list[tuple[object, ...]] = field(default_factory=list)

    async def claim(self, limit: int) -> list[Attachment]:
        return [Attachment("p1", self.channel, "https://mms.example/1", self.attempts)]

    async def keep(self, id: str, content_type: str, content: bytes) -> None:
        self.written.append(("kept", content_type, content))

    async def retry(self, id: str, error: str, at: datetime) -> None:
        self.written.append(("retry", error, at > NOW))

    async def fail(self, id: str, error: str) -> None:
        self.written.append(("failed", error))


@pytest.mark.parametrize(
    ("answer", "attempts", "written"),
    [
        (JPEG, 0, ("kept", "image/jpeg", JPEG)),
        (b"%PDF-1.7", 0, ("failed", "no picture")),
        (JPEG + b"\0" * LARGEST, 0, ("failed", "too large")),
        (Unreachable("down"), 0, ("retry", "Unreachable", True)),
        (Throttled("slow", retry_after=60, code="20429"), 3, ("retry", "20429", True)),
        (Unreachable("down"), MAX_ATTEMPTS - 1, ("failed", "Unreachable")),
        (Rejected("gone", code="20404"), 0, ("failed", "20404")),
        (OptedOut("no"), 0, ("failed", "OptedOut")),
        (ValueError("a fault of ours"), 0, ("retry", "ValueError", True)),
    ],
)
def test_what_is_fetched_is_kept_tried_again_or_given_up(
    answer: bytes | Exception, attempts: int, written: tuple[object, ...]
) -> None:
    shelf = Shelf(attempts)
    fetcher = Fetcher(shelf, {"sms": Provider(answer)}, lambda: NOW)  # type: ignore[dict-item]
    assert asyncio.run(fetcher.run_once()) == 1
    assert shelf.written == [written]


def test_a_picture_waits_while_its_channel_is_off() -> None:
    shelf = Shelf(channel="telegram")
    asyncio.run(Fetcher(shelf, {}, lambda: NOW).run_once())
    assert shelf.written == [("retry", "Unreachable", True)]


@pytest.mark.parametrize(
    ("picture", "status"),
    [
        (Picture("kept", "image/jpeg", JPEG), 200),
        (Picture("waiting", None, None), 503),
        (Picture("failed", None, None), 404),
        (None, 404),
    ],
)
async def test_a_picture_is_shown_to_whoever_has_its_address(picture: Picture | None, status: int) -> None:
    async def look_up(id: str) -> Picture | None:
        return picture if id == "p1" else None

    transport = httpx.ASGITransport(Starlette(routes=routes(look_up)))
    async with httpx.AsyncClient(transport=transport, base_url="http://town") as client:
        answer = await client.get("/media/p1")
        assert (await client.get("/media/p2")).status_code == 404
    assert answer.status_code == status
    if status == 200:
        assert answer.content == JPEG
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"
