"""The two assistants that are compared: how each is started, and how a citizen talks to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import tempfile
import uuid
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx

from benchmarks.environments import QUIET, ROOT
from channels.simulators.serving import free_port

#: Seconds that a process may take to end when asked.
GRACE = 20.0
#: The citizens of a measurement write faster than people do.
FAST = {"TOWNCLERK_MESSAGES_A_MINUTE": "10000", "TOWNCLERK_MESSAGES_A_DAY": "100000"}


@contextlib.asynccontextmanager
async def process(command: list[str], folder: Path, log: Path, environment: Mapping[str, str]) -> AsyncIterator[int]:
    """Start a command, yield its id, and end it and what it started."""
    with log.open("wb") as file:
        started = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env={**os.environ, **QUIET, **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
        try:
            yield started.pid
        finally:
            with contextlib.suppress(ProcessLookupError):
                started.send_signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(started.wait(), GRACE)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)


class Stock:
    """Stock Rasa: `rasa run` in the starter project, talked to over its REST channel."""

    name = "stock Rasa 3.6.21"

    def __init__(self, home: Path) -> None:
        self.environment = home / "venv"
        self._home = home
        self._port = free_port()
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self._port}", timeout=60)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        rasa = str(self.environment / "bin" / "rasa")
        command = [rasa, "run", "--interface", "127.0.0.1", "--port", str(self._port)]
        async with process(command, self._home / "bot", self._home / "stock.log", {}) as number:
            yield number
        await self._client.aclose()

    async def conversation(self, number: int) -> StockConversation:
        return StockConversation(self._client, f"citizen-{number}")


class StockConversation:
    """One sender of the REST channel: the answer comes with the response."""

    def __init__(self, client: httpx.AsyncClient, sender: str) -> None:
        self._client = client
        self._sender = sender

    async def say(self, text: str) -> str:
        try:
            response = await self._client.post("/webhooks/rest/webhook", json={"sender": self._sender, "message": text})
        except httpx.TransportError as error:
            raise ConnectionError(str(error)) from error
        return " ".join(message.get("text", "") for message in response.raise_for_status().json())


class Townclerk:
    """`townclerk run` on a fresh SQLite database, talked to as the chat widget does."""

    name = "Townclerk"

    def __init__(self, environment: Path) -> None:
        self.environment = environment
        self._var = Path(tempfile.mkdtemp(prefix="townclerk-bench-"))
        self._port = free_port()
        self._client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self._port}", timeout=60, limits=httpx.Limits(max_connections=200)
        )
        self._readers: list[asyncio.Task[None]] = []

    async def train(self) -> None:
        """Train once beforehand, as stock Rasa's project is."""
        done = await asyncio.create_subprocess_exec(
            str(self.environment / "bin" / "townclerk"), "train", cwd=ROOT, env={**os.environ, **self._variables()}
        )
        if await done.wait():
            raise RuntimeError("townclerk train failed; its words stand above.")

    def _variables(self) -> dict[str, str]:
        return {"TOWNCLERK_VAR": str(self._var), "TOWNCLERK_PORT": str(self._port), **FAST}

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        command = [str(self.environment / "bin" / "townclerk"), "run"]
        async with process(command, ROOT, self._var / "log", self._variables()) as number:
            yield number
            for reader in self._readers:
                reader.cancel()
            await asyncio.gather(*self._readers, return_exceptions=True)
        await self._client.aclose()

    async def conversation(self, number: int) -> WebConversation:
        try:
            opened = await self._client.post("/chat/sessions")
        except httpx.TransportError as error:
            raise ConnectionError(str(error)) from error
        talk = WebConversation(self._client, opened.raise_for_status().json()["session"])
        self._readers.append(asyncio.create_task(talk.read()))
        # It introduces itself before its first answer: that is two messages, later there is one.
        await talk.say("hello", answers=2)
        return talk


class WebConversation:
    """One browser: posts messages, and reads the answers from the event stream."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"}
        self._heard: asyncio.Queue[str] = asyncio.Queue()

    async def read(self) -> None:
        async with self._client.stream("GET", "/chat/events", headers=self._headers, timeout=None) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    self._heard.put_nowait(json.loads(line[6:])["text"])

    async def say(self, text: str, answers: int = 1) -> str:
        body = {"id": str(uuid.uuid4()), "text": text}
        posted = await self._client.post("/chat/messages", json=body, headers=self._headers)
        posted.raise_for_status()
        heard = [await self._heard.get() for _ in range(answers)]
        if not self._heard.empty():
            raise RuntimeError(f"More answers than asked for after {text!r}: the waits would be wrong.")
        return "\n".join(heard)
