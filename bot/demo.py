"""The demo town: phones that need no account, and the cases that the town received; only there in demo mode."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.ports import new_id
from bot.settings import Settings
from channels.http import read_json_body
from channels.simulators.demo import SCRIPT, STYLE, phone_routes
from channels.web.pages import file
from store import follows, requests
from store.engine import reading
from store.requests import ServiceRequest

SHOWN = 20
#: Older cases are of no interest to a visitor.
SINCE = timedelta(days=365)
FIXED = "Our crew has been there, and it is fixed."


def demo_routes(settings: Settings, engine: Engine, clock: Callable[[], datetime]) -> list[BaseRoute]:
    """Return all paths below /demo; none outside of demo mode."""
    if not settings.demo:
        return []
    cases = Cases(engine, clock, settings.public_url)
    return [
        *phone_routes(settings, clock, new_id),
        Route("/demo/backend", cases.show, methods=["GET"]),
        Route("/demo/backend/{id}/close", cases.close, methods=["POST"]),
        Route("/demo/phones.js", file(SCRIPT.read_text(encoding="utf-8"), "text/javascript"), methods=["GET"]),
        Route("/demo/phones.css", file(STYLE.read_text(encoding="utf-8"), "text/css"), methods=["GET"]),
    ]


class Cases:
    """What the embedded register holds, for everybody to see: the town is made up."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], public_url: str) -> None:
        self._engine = engine
        self._clock = clock
        self._public_url = public_url

    async def show(self, _: Request) -> Response:
        cases = [self._shown(request) for request in await asyncio.to_thread(self._newest)]
        return JSONResponse({"cases": cases}, headers={"Cache-Control": "no-store"})

    async def close(self, request: Request) -> Response:
        """Close a case; whoever follows it is told by the watcher, as of any other."""
        # JSON, though there is nothing to say: a form on somebody else's page cannot send it.
        await read_json_body(request, 1024)
        if not await asyncio.to_thread(self._close, request.path_params["id"]):
            raise HTTPException(404, "There is no case of this number.")
        return Response(status_code=204)

    def _newest(self) -> list[ServiceRequest]:
        now = self._clock()
        with reading(self._engine) as conn:
            return requests.listing(conn, since=now - SINCE, until=now, limit=SHOWN)

    def _close(self, id: str) -> bool:
        now = self._clock()
        with self._engine.begin() as conn:
            case = requests.get(conn, id)
            if case and case.status != "closed":
                requests.set_status(conn, id, status="closed", notes=FIXED, now=now)
                # The watcher would look in some minutes, and nobody watches a demo for so long.
                follows.look_now(conn, id, now=now)
        return case is not None

    def _shown(self, case: ServiceRequest) -> dict[str, Any]:
        place = f"{case.lat:.5f}, {case.long:.5f}" if case.lat is not None and case.long is not None else ""
        return {
            "id": case.service_request_id,
            "reference": case.reference,
            "status": case.status,
            "service": case.service_code.replace("_", " ").capitalize(),
            "address": case.address or place,
            "description": case.description,
            # As a path: the page takes pictures from its own address only, whichever of ours that is.
            "pictures": [case.media_url.removeprefix(self._public_url)] if case.media_url else [],
            "notes": case.status_notes,
        }
