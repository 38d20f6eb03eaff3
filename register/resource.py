"""One path of the register: which handler answers a method, and how anything that goes wrong is answered."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from register.answers import MEDIA_TYPES, errors
from register.errors import Problem, Refusal, not_found
from register.forms import text_fields

logger = logging.getLogger(__name__)

#: The register's place below the public address.
PREFIX = "/open311/v2"
#: Every page may read what is public. To post, a page would need a key, which has no place in a page.
OPEN_TO_PAGES = {"Access-Control-Allow-Origin": "*"}

Params = Mapping[str, str]
Handler = Callable[[Request, Params], Awaitable[Response]]


def format_of(request: Request) -> str:
    """Return "xml" or "json", by the end of the path; XML, which the standard demands, when it says neither."""
    return "json" if request.url.path.endswith(".json") else "xml"


@dataclass(frozen=True, slots=True)
class Resource:
    """An ASGI application; each handler takes the request and the parameters of its address."""

    handlers: Mapping[str, Handler]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Refusal as refusal:
            response = errors(format_of(request), refusal.problems, status=refusal.status, headers=refusal.headers)
        except SQLAlchemyError as error:
            # Only the kind of error: a database's message repeats the row, and with it the citizen's words.
            logger.error("The register's database failed: %s", type(error).__name__)
            problem = Problem(503, "The register cannot be reached at the moment; try again later.")
            response = errors(format_of(request), (problem,), status=503, headers={"Retry-After": "10"})
        if request.method != "POST":
            response.headers.update(OPEN_TO_PAGES)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if not self.handlers or request.path_params.get("format", "xml") not in MEDIA_TYPES:
            raise not_found(f"There is nothing here; {PREFIX}/discovery.xml tells where the register is.")
        allowed = ", ".join([*self.handlers, "HEAD", "OPTIONS"])
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": allowed, "Access-Control-Allow-Methods": "GET, HEAD"})
        handler = self.handlers.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            raise Refusal(Problem(405, f"This takes {allowed} only."), headers={"Allow": allowed})
        return await handler(request, dict(text_fields(request.query_params.multi_items())))
