"""The whole counter as a citizen meets it: real processes, signed posts, fake providers, the web chat."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from channels.simulators.serving import free_port, serve
from channels.simulators.sms import FakeSmsProvider, inbound_sms, signed_post
from channels.simulators.telegram import FakeTelegram, post

ROOT = Path(__file__).parents[1]
ACCOUNT, TOKEN, TOWN_NUMBER = "AC" + "0" * 32, "a token of the test", "+15550100"
BOT_TOKEN, SECRET = "123456:a-token-of-the-test", "a-secret-of-the-test"
T = TypeVar("T")
#: Seconds that anything may take on a busy machine.
PATIENCE = 60.0


async def eventually(look: Callable[[], T | None], what: str) -> T:
    """Return what `look` finds as soon as it finds something; fails after a while."""
    async with asyncio.timeout(PATIENCE):
        while (found := look()) is None:
            await asyncio.sleep(0.05)
    assert found is not None, what
    return found


@dataclass
class Phone:
    """A citizen's phone: what it sends arrives signed, what it gets is in the provider's ledger."""

    number: str
    counter: Counter
    read: int = 0

    def unread(self) -> list[str]:
        return [m["body"] for m in self.counter.sms.ledger if m["to"] == self.number][self.read :]

    async def text(self, body: str, replies: int = 1, **more: str) -> str:
        """Send one SMS (`more` are further fields of the webhook) and wait for as many replies; return them."""
        fields = inbound_sms(f"SM{uuid.uuid4().hex}", self.number, TOWN_NUMBER, body, ACCOUNT) | more
        url = f"{self.counter.edge}/webhooks/twilio/sms"
        response = await signed_post(self.counter.client, url, fields, TOKEN)
        assert response.status_code == 200
        return await self.hear(replies)

    async def hear(self, replies: int = 1) -> str:
        got = await eventually(lambda: self.unread() if len(self.unread()) >= replies else None, "a reply")
        self.read += len(got)
        return "\n".join(got)


@dataclass
class Chat:
    """A citizen's chat with the bot."""

    sender: int
    counter: Counter
    read: int = 0

    def unread(self) -> list[dict[str, Any]]:
        return [m for m in self.counter.telegram.ledger if m["chat_id"] == self.sender][self.read :]

    async def send(self, replies: int = 1, **content: Any) -> list[dict[str, Any]]:
        """Send a message (text, location, photo ... as the Bot API has them); return as many replies."""
        return await self._post(self.counter.telegram.message(self.sender, **content), replies)

    async def press(self, data: str, replies: int = 1) -> list[dict[str, Any]]:
        """Press a button by what it carries."""
        return await self._post(self.counter.telegram.press(self.sender, data), replies)

    async def _post(self, update: Mapping[str, Any], replies: int) -> list[dict[str, Any]]:
        response = await post(self.counter.client, f"{self.counter.edge}/webhooks/telegram", update, SECRET)
        assert response.status_code == 200
        got = await eventually(lambda: self.unread() if len(self.unread()) >= replies else None, "a reply")
        self.read += len(got)
        return got


@dataclass
class Browser:
    """A citizen's web chat, without the widget."""

    session: str
    counter: Counter
    last: str = "0"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.session}"}

    async def post(self, **content: Any) -> None:
        body = {"id": str(uuid.uuid4()), **content}
        posted = await self.counter.client.post(f"{self.counter.edge}/chat/messages", json=body, headers=self.headers)
        assert posted.status_code == 202, posted.text

    async def hear(self, count: int = 1) -> list[dict[str, Any]]:
        """Return the next messages of the event stream."""
        got: list[dict[str, Any]] = []
        headers = {**self.headers, "Last-Event-ID": self.last}
        url = f"{self.counter.edge}/chat/events"
        async with asyncio.timeout(PATIENCE), self.counter.client.stream("GET", url, headers=headers) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("id: "):
                    self.last = line[4:]
                if line.startswith("data: "):
                    got.append(json.loads(line[6:]))
                if len(got) == count:
                    return got
        raise AssertionError("the stream ended early")

    async def say(self, text: str, replies: int = 1) -> str:
        """Post a text and return what comes back."""
        await self.post(text=text)
        return "\n".join(message["text"] for message in await self.hear(replies))


@dataclass
class Counter:
    """An open town."""

    edge: str
    sms: FakeSmsProvider
    telegram: FakeTelegram
    client: httpx.AsyncClient
    process: subprocess.Popen[str]

    def phone(self, number: str) -> Phone:
        return Phone(number, self)

    def chat(self, sender: int) -> Chat:
        return Chat(sender, self)

    async def browser(self) -> Browser:
        opened = await self.client.post(f"{self.edge}/chat/sessions")
        return Browser(opened.json()["session"], self)


@asynccontextmanager
async def open_counter(folder: Path, model: Path, **environment: str) -> AsyncIterator[Counter]:
    """Run `townclerk run` with a trained model, both providers faked; `environment` is set besides."""
    (folder / "models").mkdir(exist_ok=True)
    (folder / "models" / model.name).symlink_to(model)
    sms, telegram = FakeSmsProvider(ACCOUNT, TOKEN), FakeTelegram(BOT_TOKEN)
    async with serve(sms.app) as sms_url, serve(telegram.app) as telegram_url, httpx.AsyncClient(timeout=10) as client:
        port = free_port()
        settings = {
            "PATH": os.environ["PATH"],
            "TOWNCLERK_VAR": str(folder),
            "TOWNCLERK_PORT": str(port),
            "TOWNCLERK_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TOWNCLERK_MESSAGES_A_MINUTE": "1000",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_PHONE_NUMBER": TOWN_NUMBER,
            "TWILIO_API_URL": sms_url,
            "TELEGRAM_BOT_TOKEN": BOT_TOKEN,
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "TELEGRAM_API_URL": telegram_url,
        }
        log = folder / "log"
        with log.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "run"],
                cwd=ROOT,
                env=settings | environment,
                stdout=file,
                stderr=file,
                text=True,
            )
        await eventually(lambda: "open" if "Townclerk is open" in log.read_text() else None, "the start")
        yield Counter(f"http://127.0.0.1:{port}", sms, telegram, client, process)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 30) == 0
