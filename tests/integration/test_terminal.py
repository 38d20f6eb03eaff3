"""The terminal as staff use it: a line typed in a process of its own, and the answer read back."""

import asyncio
import sys
from pathlib import Path

import httpx
from starlette.applications import Starlette

from bot.messages import Choice, Inbound, Outbound
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import serve
from channels.terminal import TerminalChannel, key

ROOT = Path(__file__).parents[2]
SECRET = "s" * 32


def answer(inbound: Inbound) -> list[Outbound]:
    choices = (Choice(id="a", title="Pothole"), Choice(id="b", title="Street light"))
    text = f"You wrote **{inbound.text}**"
    return [Outbound(id=inbound.provider_id, channel="terminal", address=inbound.address, text=text, choices=choices)]


async def test_lines_are_answered_in_order_with_choices_as_numbers() -> None:
    counter = MemoryCounter(answer)
    app = Starlette(routes=TerminalChannel(key(SECRET), counter.ports()).routes())
    async with serve(app) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "channels.terminal", "ana"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env={"PATH": "", "TOWNCLERK_SECRET_KEY": SECRET, "TOWNCLERK_PORT": url.rpartition(":")[2]},
        )
        said, _ = await asyncio.wait_for(process.communicate("hello\n¿qué tal?\n".encode()), 60)
    assert said.decode().split("\n") == [
        "You wrote hello",
        "1. Pothole",
        "2. Street light",
        "You wrote ¿qué tal?",
        "1. Pothole",
        "2. Street light",
        "",
    ]
    assert {inbound.address for inbound in counter.received} == {"ana"}


async def test_with_nothing_new_the_answer_is_empty_after_a_while() -> None:
    counter = MemoryCounter()
    app = Starlette(routes=TerminalChannel(key(SECRET), counter.ports(), wait=0.01).routes())
    headers = {"Authorization": f"Bearer {key(SECRET)}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://town", headers=headers) as client:
        assert (await client.get("/terminal/ana")).status_code == 204
        assert (await client.get("/terminal/ana", params={"after": "x"})).status_code == 400
