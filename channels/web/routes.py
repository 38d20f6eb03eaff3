"""The web chat's routes: sessions, messages, events; the answers themselves wait in the outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route

from bot.errors import Forbidden, Rejected
from bot.messages import Outbound
from bot.pictures import LARGEST, content_type
from bot.settings import Settings
from channels.base import Ports
from channels.http import keep, read_body, read_json_body
from channels.pictures import PATH
from channels.web import events, pages
from channels.web.messages import BadMessage, parse
from channels.web.sessions import Sessions

BODY_LIMIT = 16 * 1024
#: The widget stands on the agencies' own sites. A token is all that opens a session, and no cookie is involved, so that
#: no other page can speak in a citizen's name.
FROM_ANYWHERE: dict[str, Any] = {
    "allow_origins": ["*"],
    "allow_methods": ["GET", "POST"],
    "allow_headers": ["Authorization", "Content-Type", "Last-Event-ID"],
    "max_age": 86400,
}
#: A picture over a poor mobile connection.
PICTURE_SECONDS = 120.0


def build(settings: Settings, ports: Ports) -> WebChannel:
    """Return the channel; the web chat needs nothing set up."""
    return WebChannel(Sessions(settings.secret_key), ports, settings.public_url + PATH, demo=settings.demo)


def state(_: Settings) -> str:
    """Say whether the channel is on: always."""
    return "on"


class WebChannel:
    """Browsers post messages and read the answers from an event stream."""

    name = "web"

    def __init__(
        self,
        sessions: Sessions,
        ports: Ports,
        pictures_url: str,
        *,
        heartbeat: float = events.HEARTBEAT_SECONDS,
        demo: bool = False,
    ) -> None:
        self._sessions = sessions
        self._ports = ports
        self._pictures_url = pictures_url
        self._heartbeat = heartbeat
        self._demo = demo

    def routes(self) -> list[BaseRoute]:
        chat = [
            Route("/sessions", self._open, methods=["POST"]),
            Route("/messages", self._receive, methods=["POST"]),
            Route("/pictures", self._keep_picture, methods=["POST"]),
            Route("/events", self._events, methods=["GET"]),
        ]
        return [
            *pages.routes(demo=self._demo),
            Mount("/chat", routes=chat, middleware=[Middleware(CORSMiddleware, **FROM_ANYWHERE)]),
        ]

    async def run(self) -> None:
        """Nothing is done unasked."""

    async def send(self, outbound: Outbound) -> str:
        """Return at once: the browser reads the message from the outbox, whenever it is there."""
        return outbound.id

    async def find(self, outbound: Outbound, since: datetime) -> str | None:
        """Never needed: sending does nothing."""
        return None

    def cost(self, outbound: Outbound) -> int:
        return 0

    async def fetch(self, source: str) -> bytes:
        """Never: what browsers send is kept when it comes."""
        raise Rejected("A picture of the web chat comes with the browser's own post; there is nowhere to fetch it.")

    async def close(self) -> None:
        """Nothing is held open."""

    async def _open(self, request: Request) -> Response:
        return JSONResponse({"session": self._sessions.new()}, headers={"Cache-Control": "no-store"})

    async def _receive(self, request: Request) -> Response:
        try:
            session_id = self._session(request)
            inbound = parse(
                await read_json_body(request, BODY_LIMIT), session_id, self._ports.clock(), self._pictures_url
            )
            await keep(self._ports.accept(inbound), inbound.provider_id)
        except Forbidden as error:
            return _refusal(HTTPException(401, str(error), headers={"WWW-Authenticate": "Bearer"}))
        except BadMessage as error:
            return _refusal(HTTPException(422, str(error)))
        except HTTPException as error:
            return _refusal(error)
        return JSONResponse({"id": inbound.provider_id.partition(":")[2]}, status_code=202)

    async def _keep_picture(self, request: Request) -> Response:
        """Take a picture as the body; the address answered goes into the `attachments` of a message."""
        try:
            session_id = self._session(request)
            content = await read_body(request, LARGEST, seconds=PICTURE_SECONDS)
            kind = content_type(content)
            if kind is None:
                raise HTTPException(415, "That is no picture; send a JPEG, PNG, GIF, WebP or HEIC file.")
            url = await keep(self._ports.keep_picture(self.name, session_id, kind, content), session_id)
        except Forbidden as error:
            return _refusal(HTTPException(401, str(error), headers={"WWW-Authenticate": "Bearer"}))
        except HTTPException as error:
            return _refusal(error)
        return JSONResponse({"url": url}, status_code=201)

    async def _events(self, request: Request) -> Response:
        try:
            session_id = self._session(request)
        except Forbidden as error:
            return _refusal(HTTPException(401, str(error), headers={"WWW-Authenticate": "Bearer"}))
        after = events.read_last_event_id(request.headers.get("last-event-id", ""))
        return StreamingResponse(
            events.stream(self._ports.transcript, self.name, session_id, after, heartbeat=self._heartbeat),
            media_type="text/event-stream",
            # The second one keeps a common proxy from holding events back.
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    def _session(self, request: Request) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self._sessions.read(token.strip() if scheme.lower() == "bearer" else "")


def _refusal(error: HTTPException) -> Response:
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)
