"""The composition root: the one file that wires everything."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions.backends.register import Register
from actions.submitter import Submitter
from bot.emergency import Emergencies
from bot.errors import ConfigurationError
from bot.loops import keep_running
from bot.phrases import Phrases
from bot.ports import Desk, StoredOutbox, StoredPictures, StoredTranscript, new_id
from bot.settings import Settings
from channels import open_channels, pictures
from channels.base import Channel, Ports
from channels.pictures import Fetcher
from channels.sender import Sender
from store import inbox
from store.engine import open_engine, reading

if TYPE_CHECKING:
    from bot.worker import Worker

#: Seconds that the edge's loops rest when nothing is due.
IDLE = 0.1


def now() -> datetime:
    """Return the time; everything else gets its clock passed in."""
    return datetime.now(UTC)


def phrases(root: Path) -> Phrases:
    """Load what the assistant says in its own words."""
    return Phrases.load(root / "data" / "responses")


class Edge:
    """The process that citizens and providers reach, and the loops that only wait for others."""

    def __init__(self, settings: Settings, root: Path) -> None:
        self.engine = open_engine(settings.database_url)
        self._transcript = StoredTranscript(self.engine, "web")
        emergencies = Emergencies.load(root / "data" / "emergency.yml")
        desk = Desk(self.engine, emergencies, now, settings.public_url + pictures.PATH)
        ports = Ports(
            accept=desk.accept,
            keep_picture=desk.keep_picture,
            note=desk.note,
            transcript=self._transcript,
            clock=now,
            new_id=new_id,
        )
        self.channels: dict[str, Channel] = open_channels(settings, ports)
        self._sender = Sender(
            StoredOutbox(self.engine, tuple(self.channels), now), self.channels, now, settings.max_attempts
        )
        self._pictures = StoredPictures(self.engine, now)
        self._fetcher = Fetcher(self._pictures, self.channels, now)
        self._submitter = Submitter(
            self.engine, Register(self.engine, now), phrases(root), now, new_id, settings.max_attempts
        )

    def asgi(self) -> Starlette:
        """Return the application, with its loops in its lifespan."""
        routes = [route for channel in self.channels.values() for route in channel.routes()]
        shown = pictures.routes(self._pictures.look_up)
        return Starlette(routes=[*routes, *shown, *_health(self.engine)], lifespan=self._lifespan)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        loops = [
            asyncio.create_task(self._transcript.watch()),
            *(asyncio.create_task(channel.run()) for channel in self.channels.values()),
            asyncio.create_task(keep_running("sender", self._sender.run_once, idle=IDLE)),
            asyncio.create_task(keep_running("fetcher", self._fetcher.run_once, idle=IDLE)),
            asyncio.create_task(keep_running("submitter", self._submitter.run_once, idle=IDLE)),
        ]
        yield
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        for channel in self.channels.values():
            await channel.close()
        self.engine.dispose()


def _health(engine: Engine) -> list[Route]:
    def waiting() -> int:
        with reading(engine) as conn:
            return inbox.waiting_count(conn)

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        try:
            return JSONResponse({"status": "ok", "waiting": await asyncio.to_thread(waiting)})
        except SQLAlchemyError as error:
            return JSONResponse({"status": "database", "error": type(error).__name__}, 503)

    async def metrics(_: Request) -> Response:
        own = f"# TYPE townclerk_inbox_waiting gauge\ntownclerk_inbox_waiting {await asyncio.to_thread(waiting)}\n"
        return Response(own.encode() + generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def worker(settings: Settings, root: Path, model: Path, name: str) -> Worker:
    """Load the model and return a worker on it. Only this half of the town imports Rasa."""
    import actions
    from actions.intake.interview import Interview
    from actions.intake.services import Catalogue
    from actions.reference import new_reference
    from bot.executor import local_actions
    from bot.loop import NAME, IntakeLoop
    from bot.processor import TurnProcessor
    from bot.turn import Turn
    from bot.worker import Worker

    if not model.exists():
        raise ConfigurationError("The present content is not trained; run `townclerk train`.")
    engine, words = open_engine(settings.database_url), phrases(root)
    interview = Interview(Catalogue.load(root / "data" / "services"))
    loop = IntakeLoop(interview, words, lambda: now().astimezone(settings.timezone), new_reference)
    own = {NAME: loop, **local_actions(actions.build(engine, Register(engine, now)))}
    turn = Turn(engine, TurnProcessor(model, own), words, now)
    return Worker(engine, turn, words, name=name, clock=now, max_attempts=settings.max_attempts)
