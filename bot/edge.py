"""The process that citizens and providers reach, and the loops that only wait for others."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

from dateutil.tz import tzlocal
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions.backends.base import Backend
from actions.backends.directory.embedded import load_when_empty
from actions.backends.directory.hsds import EVERY, RETRY, Hsds, Refresh
from actions.catalogue import CatalogueKeeper
from actions.intake.services import Catalogue
from actions.reminder import Reminder
from actions.submitter import Submitter
from actions.titles import Titles
from actions.watcher import Watcher
from bot.emergency import Emergencies
from bot.loops import keep_running
from bot.phrases import Phrases
from bot.ports import Desk, Limits, StoredMarks, StoredOutbox, StoredPictures, StoredTranscript, new_id
from bot.settings import Settings
from channels import open_channels, pictures
from channels.base import Channel, Ports
from channels.pictures import Fetcher
from channels.sender import Sender
from register.routes import register_routes
from store import inbox
from store.engine import reading

#: Seconds that a loop rests when nothing is due: while a citizen waits, and otherwise.
IDLE, IDLE_LONG = 0.1, 5.0
#: The same for reminders, which are a day late anyway.
IDLE_REMINDER = 60.0


class Edge:
    """An ASGI application with its loops; `keeper` is there when the town's services come from an endpoint."""

    def __init__(
        self,
        settings: Settings,
        root: Path,
        engine: Engine,
        phrases: Phrases,
        *,
        backend: Backend,
        catalogue: Callable[[], Catalogue],
        keeper: CatalogueKeeper | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._clock = clock
        self._backend = backend
        self._catalogue = catalogue
        self._keeper = keeper
        self._transcript = StoredTranscript(engine)
        emergencies = Emergencies.load(root / "data" / "emergency.yml")
        limits = Limits(settings.messages_a_minute, settings.messages_a_day)
        desk = Desk(engine, emergencies, phrases, clock, settings.public_url + pictures.PATH, limits)
        ports = Ports(
            accept=desk.accept,
            keep_picture=desk.keep_picture,
            note=desk.note,
            transcript=self._transcript,
            marks=StoredMarks(engine),
            clock=clock,
            new_id=new_id,
        )
        self._channels: dict[str, Channel] = open_channels(settings, ports)
        outbox = StoredOutbox(
            engine,
            tuple(self._channels),
            clock,
            limits={"sms": settings.sms.segments_a_day if settings.sms else None},
            zone=settings.timezone or tzlocal(),
        )
        self._sender = Sender(outbox, self._channels, clock, settings.max_attempts)
        self._pictures = StoredPictures(engine, clock)
        self._fetcher = Fetcher(self._pictures, self._channels, clock)
        self._submitter = Submitter(engine, backend, phrases, clock, new_id)
        self._watcher = Watcher(engine, backend, phrases, Titles.load(root / "data"), clock, new_id)
        self._reminder = Reminder(engine, catalogue, phrases, clock, new_id, settings.timezone)
        # A town's own directory, kept as a copy; without one the files that come with the town fill an empty one.
        self._hsds = Hsds(settings.hsds_url) if settings.hsds_url else None
        self._own_places = root / "data" / "directory" / "demo.json"

    def asgi(self) -> Starlette:
        """Return the application, with its loops in its lifespan."""
        routes = [route for channel in self._channels.values() for route in channel.routes()]
        routes += pictures.routes(self._pictures.look_up)
        # Without an endpoint of the town, the embedded register is one.
        if self._keeper is None:
            routes += register_routes(
                self._engine,
                self._catalogue,
                keys=self._settings.register_keys,
                public_url=self._settings.public_url,
                clock=self._clock,
                new_id=new_id,
            )
        if self._settings.demo:
            # Here: nobody else needs the stand-ins.
            from bot.demo import demo_routes

            routes += demo_routes(self._settings, self._engine, self._clock)
        return Starlette(routes=[*routes, *_health(self._engine)], lifespan=self._lifespan)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        if not self._hsds:
            await asyncio.to_thread(load_when_empty, self._engine, self._own_places, self._clock)
        loops = [asyncio.ensure_future(loop) for loop in self._loops()]
        yield
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        for channel in self._channels.values():
            await channel.close()
        if self._hsds:
            await self._hsds.close()
        await self._backend.close()
        self._engine.dispose()

    def _loops(self) -> list[Coroutine[Any, Any, None]]:
        loops = [
            self._transcript.watch(),
            *(channel.run() for channel in self._channels.values()),
            keep_running("sender", self._sender.run_once, idle=IDLE),
            keep_running("fetcher", self._fetcher.run_once, idle=IDLE),
            keep_running("submitter", self._submitter.run_once, idle=IDLE),
            keep_running("watcher", self._watcher.run_once, idle=IDLE_LONG),
            keep_running("reminder", self._reminder.run_once, idle=IDLE_REMINDER),
        ]
        if self._keeper:
            loops.append(keep_running("catalogue", self._keeper.refresh_once, idle=self._keeper.pause))
        if self._hsds:
            refresh = Refresh(self._engine, self._hsds, self._clock).refresh_once
            loops.append(keep_running("directory", refresh, idle=EVERY, after_error=RETRY))
        return loops


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
