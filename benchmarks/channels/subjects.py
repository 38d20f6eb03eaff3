"""The channels under test, each served on loopback as in a town: ours by Starlette, Rasa's by its own Sanic."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from benchmarks.channels.vectors import load_door
from bot.settings import Settings
from channels import CHANNELS
from channels.simulators.counter import MemoryCounter
from channels.simulators.serving import free_port, serve


@dataclass(slots=True)
class Subject:
    """Where to post, and what came through: texts to be answered, one for each time."""

    url: str
    breaks: Callable[[bool], None]
    answered: Callable[[], list[str]]


def bare_settings() -> Settings:
    """Return the settings of a town that has set nothing up."""
    return Settings(
        database_url="sqlite:///:memory:",
        redis_url=None,
        public_url="https://chat.springdale.example",
        host="127.0.0.1",
        port=8000,
        secret_key="k" * 32,
        var=Path("var"),
        max_attempts=5,
        timezone=None,
        sms=None,
    )


@asynccontextmanager
async def ours(name: str) -> AsyncIterator[Subject]:
    """Serve our channel; what comes twice under one provider id is answered once, as the store sees to."""
    door, counter = load_door(name), MemoryCounter()

    def breaks(broken: bool) -> None:
        counter.broken = OSError("disk full") if broken else None

    def answered() -> list[str]:
        once = {message.provider_id: message for message in counter.received}
        # Wishes and unreadable messages reach the assistant marked as what they are.
        return [_shown(message) for message in once.values()]

    async with serve(door.provider().app) as provider_url:
        channel = CHANNELS[name].build(door.settings(bare_settings(), provider_url), counter.ports())
        assert channel
        async with serve(Starlette(routes=channel.routes())) as url:
            yield Subject(url + door.PATH, breaks, answered)
        await channel.close()


def _shown(message: Any) -> str:
    mark = f"wish {message.wish.value}" if message.wish else "unreadable" if message.unreadable else ""
    return f"({mark})" if mark else str(message.text)


@dataclass(slots=True)
class Agent:
    """What stands for Rasa's agent behind its channel: takes messages, or fails."""

    broken: bool = False
    texts: list[str] = field(default_factory=list)

    async def take(self, message: Any) -> None:
        if self.broken:
            raise OSError("disk full")
        self.texts.append(str(message.text))

    def fail(self, broken: bool) -> None:
        self.broken = broken


@asynccontextmanager
async def rasas(name: str) -> AsyncIterator[Subject]:
    """Serve Rasa's own channel, as `rasa run` registers it, with debug_mode as it comes."""
    from sanic import Sanic

    agent = Agent()
    channel = _twilio() if name == "sms" else _telegram()
    Sanic.test_mode = True
    app = Sanic(f"rasa_{name}_{free_port()}", configure_logging=False)
    app.blueprint(channel.blueprint(agent.take), url_prefix="/webhooks/it")
    port = free_port()
    server = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
    await server.startup()
    serving: Awaitable[Any] = asyncio.ensure_future(server.serve_forever())
    try:
        yield Subject(f"http://127.0.0.1:{port}/webhooks/it/webhook", agent.fail, lambda: agent.texts)
    finally:
        serving.cancel()  # type: ignore[attr-defined]


def _twilio() -> Any:
    from rasa.core.channels.twilio import TwilioInput

    return TwilioInput("AC1", "0123456789abcdef0123456789abcdef", "+15555550100")


def _telegram() -> Any:
    from types import SimpleNamespace

    from rasa.core.channels.telegram import TelegramInput

    class OfTheBot(TelegramInput):
        """Asks no provider who the bot is: the token is right, so that the answer would be this one."""

        def get_output_channel(self) -> Any:
            async def get_me() -> Any:
                return SimpleNamespace(username="town")

            return SimpleNamespace(get_me=get_me)

    return OfTheBot("123456:abc", "town", "https://chat.springdale.example/webhooks/telegram/webhook")
