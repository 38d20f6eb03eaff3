"""Citizens with something to say: by SMS and in the web chat, patient, and posting again what was not accepted."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import uuid
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Protocol

import httpx

from channels.simulators.sms import FakeSmsProvider, inbound_sms, signed_post

ACCOUNT, TOKEN, TOWN_NUMBER = "AC" + "0" * 32, "the token of the simulator", "+15550100"
#: Seconds before a post that was not accepted is made again.
AGAIN = 0.1
REFERENCE = re.compile(r"reference is ([A-Z0-9-]+[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Step:
    """One message, and what its answer must contain."""

    say: str
    hear: str


QUESTIONS = (
    Step("when is bin day", r"springdale\.example/trash"),
    Step("how do i pay my water bill", r"springdale\.example/water"),
)


def report(place: str) -> tuple[Step, ...]:
    """One interview, from the first word to the reference."""
    return (
        Step("there is graffiti on a wall", r"Where is it"),
        Step(place, r"What is the graffiti on"),
        Step("5", r"insult or threaten"),
        Step("2", rf"{place}[\s\S]*Shall we send it"),
        Step("1", REFERENCE.pattern),
    )


class Line(Protocol):
    """How a citizen reaches the town."""

    heard: list[str]

    async def post(self, client: httpx.AsyncClient, id: str, text: str) -> httpx.Response: ...


class Phone:
    """A phone: what it sends arrives as a signed webhook, what it gets is in the provider's ledger."""

    def __init__(self, number: str, url: str) -> None:
        self.number = number
        self._url = f"{url}/webhooks/twilio/sms"
        self.heard: list[str] = []

    async def post(self, client: httpx.AsyncClient, id: str, text: str) -> httpx.Response:
        fields = inbound_sms(f"SM{id.replace('-', '')}", self.number, TOWN_NUMBER, text, ACCOUNT)
        return await signed_post(client, self._url, fields, TOKEN)


class Browser:
    """A chat widget: posts messages, reads the event stream, and takes it up again where it broke."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._token = ""
        self.heard: list[str] = []
        self.numbers: list[int] = []

    async def post(self, client: httpx.AsyncClient, id: str, text: str) -> httpx.Response:
        if not self._token:
            opened = await client.post(f"{self._url}/chat/sessions")
            self._token = opened.raise_for_status().json()["session"]
        return await client.post(f"{self._url}/chat/messages", json={"id": id, "text": text}, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def listen(self, client: httpx.AsyncClient) -> None:
        """Read answers until cancelled."""
        while True:
            if self._token:
                with contextlib.suppress(httpx.TransportError):
                    await self._read(client)
            await asyncio.sleep(0.2)

    async def _read(self, client: httpx.AsyncClient) -> None:
        headers = {**self._headers(), "Last-Event-ID": str(self.numbers[-1] if self.numbers else 0)}
        async with client.stream("GET", f"{self._url}/chat/events", headers=headers, timeout=30) as stream:
            number = 0
            async for line in stream.aiter_lines():
                if line.startswith("id: "):
                    number = int(line[4:])
                elif line.startswith("data: "):
                    self.numbers.append(number)
                    self.heard.append(json.loads(line[6:])["text"])


async def deliver(provider: FakeSmsProvider, phones: dict[str, Phone]) -> None:
    """Hand what the provider sent to the phones, until cancelled."""
    read = 0
    while True:
        new = provider.ledger[read:]
        read += len(new)
        for message in new:
            phones[message["to"]].heard.append(message["body"])
        await asyncio.sleep(0.02)


class Citizen:
    """One conversation: says its script step by step, and notes what went wrong."""

    def __init__(self, name: str, line: Line, client: httpx.AsyncClient, random: Random, patience: float) -> None:
        self.name = name
        self.line = line
        self._client = client
        self._random = random
        self._patience = patience
        self._mark = 0
        self.references: dict[str, str] = {}
        self.asked: list[str] = []
        self.broken: list[str] = []
        self.counts: Counter[str] = Counter()

    async def say(self, text: str) -> None:
        """Post until it is accepted; the id stays, so that it is one message however often it arrives."""
        id = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await self.line.post(self._client, id, text)).is_success:
                    self.counts["accepted"] += 1
                    return
            self.counts["again"] += 1
            await asyncio.sleep(AGAIN)

    async def hear(self, pattern: str) -> str | None:
        """Wait for an answer that fits, after the last one that fitted; None when patience ends."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                while True:
                    for place in range(self._mark, len(self.line.heard)):
                        if re.search(pattern, self.line.heard[place]):
                            self._mark = place + 1
                            return self.line.heard[place]
                    await asyncio.sleep(0.02)
        last = self.line.heard[-1] if self.line.heard else "nothing"
        self.broken.append(f"{self.name}: no answer like {pattern!r} came; the last thing heard was {last!r}")
        return None

    async def file(self, place: str) -> None:
        """Make one report; its reference is noted under its place."""
        for step in report(place):
            await self._think()
            await self.say(step.say)
            heard = await self.hear(step.hear)
            if heard is None:
                return
        found = REFERENCE.search(heard or "")
        self.references[place] = found.group(1) if found else ""

    async def ask(self) -> None:
        """Ask two things in one breath: the answers must come in the order of the questions."""
        await self._think()
        steps = self._random.sample(QUESTIONS, len(QUESTIONS))
        for step in steps:
            await self.say(step.say)
        for step in steps:
            await self.hear(step.hear)

    async def _think(self) -> None:
        await asyncio.sleep(self._random.uniform(0, 2.0))
