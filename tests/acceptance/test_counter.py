"""The whole counter as a citizen meets it: real processes, signed SMS posts, a fake provider, the web chat."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from bot.release import train
from channels.simulators.serving import free_port, serve
from channels.simulators.sms import FakeSmsProvider, inbound_sms, signed_post

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ACCOUNT, TOKEN, TOWN_NUMBER = "AC" + "0" * 32, "a token of the test", "+15550100"
T = TypeVar("T")
PATIENCE = 60.0
REFERENCE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}\b")


async def eventually(look: Callable[[], T | None], what: str) -> T:
    async with asyncio.timeout(PATIENCE):
        while (found := look()) is None:
            await asyncio.sleep(0.05)
    assert found is not None, what
    return found


@dataclass
class Phone:
    """A citizen's phone: what it sends arrives signed, what it gets is in the provider's ledger."""

    number: str
    edge: str
    provider: FakeSmsProvider
    client: httpx.AsyncClient
    read: int = 0
    ids: itertools.count = field(default_factory=lambda: itertools.count(1))  # type: ignore[type-arg]

    def unread(self) -> list[str]:
        return [m["body"] for m in self.provider.ledger if m["to"] == self.number][self.read :]

    async def text(self, body: str, replies: int = 1) -> str:
        """Send one SMS and wait for as many replies; return them."""
        sid = f"SM{uuid.uuid4().hex}"
        fields = inbound_sms(sid, self.number, TOWN_NUMBER, body, ACCOUNT)
        response = await signed_post(self.client, f"{self.edge}/webhooks/twilio/sms", fields, TOKEN)
        assert response.status_code == 200
        return await self.hear(replies)

    async def hear(self, replies: int = 1) -> str:
        got = await eventually(lambda: self.unread() if len(self.unread()) >= replies else None, "a reply")
        self.read += len(got)
        return "\n".join(got)


@dataclass
class Counter:
    edge: str
    provider: FakeSmsProvider
    client: httpx.AsyncClient
    process: subprocess.Popen[str]

    def phone(self, number: str) -> Phone:
        return Phone(number, self.edge, self.provider, self.client)


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    trained = train(ROOT, ROOT / "var" / "models")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / trained.name).symlink_to(trained)
    provider = FakeSmsProvider(ACCOUNT, TOKEN)
    async with serve(provider.app) as provider_url, _town(tmp_path, provider, provider_url) as opened:
        yield opened


@asynccontextmanager
async def _town(tmp_path: Path, provider: FakeSmsProvider, provider_url: str) -> AsyncIterator[Counter]:
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "TOWNCLERK_VAR": str(tmp_path),
        "TOWNCLERK_PORT": str(port),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_PHONE_NUMBER": TOWN_NUMBER,
        "TWILIO_API_URL": provider_url,
        "TOWNCLERK_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "run"], cwd=ROOT, env=environment, stdout=log, stderr=log, text=True
        )
        async with httpx.AsyncClient(timeout=10) as client:
            opened = "Townclerk is open"
            await eventually(lambda: opened if opened in (tmp_path / "log").read_text() else None, "the start")
            yield Counter(f"http://127.0.0.1:{port}", provider, client, process)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 30) == 0


async def test_a_question_by_sms_is_answered_from_a_topic_with_its_source(counter: Counter) -> None:
    heard = await counter.phone("+15551001").text("when do they pick up my trash", replies=2)
    assert "automated assistant" in heard
    assert "Source: https://springdale.example/trash" in heard


async def test_a_report_by_sms_is_taken_corrected_confirmed_numbered_and_followed(counter: Counter) -> None:
    phone = counter.phone("+15551002")
    heard = await phone.text("there is a huge pothole in my street", replies=2)
    assert "where" in heard.lower()
    heard = await phone.text("12 Oak Street")
    for _ in range(6):
        if "1. " in heard and "send" in heard.lower():
            break
        heard = await phone.text("skip" if "SKIP" in heard else "1")
    assert "12 Oak Street" in heard
    heard = await phone.text("2")
    line = next(n for n, text in re.findall(r"(\d)\. (.*)", heard) if "12 Oak Street" in text or "Where" in text)
    await phone.text(line)
    heard = await phone.text("14 Elm Street")
    assert "14 Elm Street" in heard
    assert "12 Oak Street" not in heard
    heard = await phone.text("1")
    found = REFERENCE.search(heard)
    assert found is not None, heard
    reference = found.group()
    heard = heard if "2026-" in heard else await phone.hear()
    assert reference in heard
    heard = await phone.text(f"what happened to {reference}")
    assert "open" in heard.lower()


async def test_a_question_in_the_web_chat_is_answered_in_spanish_and_resumes(counter: Counter) -> None:
    session = (await counter.client.post(f"{counter.edge}/chat/sessions")).json()["session"]
    auth = {"Authorization": f"Bearer {session}"}
    body = {"id": str(uuid.uuid4()), "text": "¿qué día recogen la basura en mi calle?"}
    for _ in range(2):
        posted = await counter.client.post(f"{counter.edge}/chat/messages", json=body, headers=auth)
        assert posted.status_code == 202
    events = await _events(counter, auth, 2)
    assert "asistente automático" in events[0][1]["text"]
    assert "Fuente: https://springdale.example/trash" in events[1][1]["text"]
    again = await _events(counter, {**auth, "Last-Event-ID": events[0][0]}, 1)
    assert again[0] == events[1]


async def _events(counter: Counter, headers: dict[str, str], count: int) -> list[tuple[str, dict[str, str]]]:
    got: list[tuple[str, dict[str, str]]] = []
    number = ""
    async with (
        asyncio.timeout(PATIENCE),
        counter.client.stream("GET", f"{counter.edge}/chat/events", headers=headers) as stream,
    ):
        async for line in stream.aiter_lines():
            if line.startswith("id: "):
                number = line[4:]
            if line.startswith("data: "):
                got.append((number, json.loads(line[6:])))
            if len(got) == count:
                return got
    raise AssertionError("the stream ended early")


async def test_words_of_danger_are_answered_while_the_worker_is_down(counter: Counter) -> None:
    listed = subprocess.run(["pgrep", "-P", str(counter.process.pid), "-f", "worker"], capture_output=True, text=True)
    worker = int(listed.stdout.split()[0])
    os.kill(worker, signal.SIGSTOP)
    try:
        assert "911" in await counter.phone("+15551003").text("my house is on fire")
    finally:
        os.kill(worker, signal.SIGCONT)


async def test_a_killed_worker_comes_back_and_answers(counter: Counter) -> None:
    phone = counter.phone("+15551004")
    await phone.text("hello", replies=2)
    subprocess.run(["pkill", "-KILL", "-P", str(counter.process.pid), "-f", "worker"], check=True)
    assert "Source:" in await phone.text("how do i pay my water bill")
