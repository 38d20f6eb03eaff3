"""A town's GeoReport v2 server in memory: by the book, or with the quirks and faults that it is told to have.

It is written from the standard alone, and shares no code with our client and our own server: it would share their
mistakes. https://wiki.open311.org/GeoReport_v2
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from actions.simulators.answers import MEDIA_TYPES, Answers
from actions.simulators.catalogue import Service, read_catalogue
from actions.simulators.faults import Fate, Fates, FaultPlan, carried_out
from actions.simulators.page import page
from actions.simulators.posting import Fields, Form, Mistake, mistakes, read_form
from actions.simulators.quirks import Quirk
from actions.simulators.requests import BadQuery, ServiceRequest, chosen

BASE = "/open311/v2"
FIRST_NUMBER = 638344
#: How long a token stays one.
PROCESSING = {Quirk.CHICAGO: timedelta(seconds=30), Quirk.SLOW_TOKENS: timedelta(minutes=10)}
#: For so long an identical request is a duplicate.
DUPLICATE = timedelta(minutes=1)
STATUSES = ("open", "closed")
NOTICE = "The town looks at requests in the order in which they come."


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One POST, accepted or not, and what it was answered."""

    at: datetime
    fields: Fields
    #: HTTP status of the answer; None when the connection closed without a whole one.
    status: int | None
    #: The request that it became; None when nothing was accepted.
    request: ServiceRequest | None


@dataclass(slots=True)
class FakeOpen311:
    """One town: an ASGI app to serve, whose address ends with `BASE`."""

    clock: Callable[[], datetime]
    catalogue: Mapping[str, Service] = field(default_factory=read_catalogue)
    #: Demanded with every POST; None takes them from anybody.
    api_key: str | None = None
    quirks: frozenset[Quirk] = frozenset()
    plan: FaultPlan = field(default_factory=FaultPlan)
    #: Hears of each POST when it is answered.
    on_post: Callable[[Post], None] = lambda post: None
    #: Every request that was accepted, in order.
    received: list[ServiceRequest] = field(default_factory=list)
    #: Every POST that arrived, in order.
    posts: list[Post] = field(default_factory=list)
    _fates: Fates = field(init=False)
    _answers: Answers = field(init=False)
    _routed: Starlette = field(init=False)

    def __post_init__(self) -> None:
        self.fail(self.plan)
        self._answers = Answers(self.quirks)
        self._routed = Starlette(routes=self._routes())

    def fail(self, plan: FaultPlan) -> None:
        """Go by this plan from now on; without faults when it is `FaultPlan()`."""
        self.plan, self._fates = plan, Fates(plan)

    def set_status(self, service_request_id: str, status: str, notes: str = "") -> None:
        """Say what became of a request, as the town's staff would. Raises KeyError when there is none."""
        request = self._by_number(service_request_id)
        if request is None:
            raise KeyError(service_request_id)
        request.status, request.status_notes, request.updated_datetime = status, notes, self.clock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call; connections can only be dropped under uvicorn."""
        if scope["type"] == "http":
            # What uvicorn gives as `send` belongs to the call, and the call knows its connection.
            scope["hang_up"] = lambda: send.__self__.transport.close()  # type: ignore[attr-defined]
            if Quirk.TRAILING_SLASH in self.quirks and scope["path"].startswith(BASE):
                if not scope["path"].endswith("/"):
                    query = f"?{scope['query_string'].decode()}" if scope["query_string"] else ""
                    await RedirectResponse(f"{scope['path']}/{query}", 301)(scope, receive, send)
                    return
                scope["path"] = scope["path"].rstrip("/")
        await self._routed(scope, receive, send)

    def _routes(self) -> list[Route]:
        reads = {
            "/discovery.{format}": self._discovery,
            f"{BASE}/discovery.{{format}}": self._discovery,
            f"{BASE}/services.{{format}}": self._services,
            f"{BASE}/services/{{code:path}}.{{format}}": self._definition,
            f"{BASE}/requests.{{format}}": self._list,
            f"{BASE}/requests/{{number:path}}.{{format}}": self._one,
            f"{BASE}/tokens/{{token:path}}.{{format}}": self._token,
        }
        return [
            Route(f"{BASE}/requests.{{format}}", self._post, methods=["POST"]),
            *(Route(path, self._read(answer), methods=["GET"]) for path, answer in reads.items()),
            Route("/", self._page, methods=["GET"]),
            Route("/staff/{number}", self._staff, methods=["POST"]),
        ]

    def _format(self, request: Request) -> str:
        format = str(request.path_params["format"])
        missing = {Quirk.XML_ONLY: "json", Quirk.JSON_ONLY: "xml"}
        if format not in MEDIA_TYPES or any(quirk in self.quirks and format == missing[quirk] for quirk in missing):
            raise HTTPException(404)
        return format

    def _read(self, answer: Callable[[Request, str], Response]) -> Callable[[Request], Awaitable[Response]]:
        async def read(request: Request) -> Response:
            fate = self._fates.next("GET", self.clock())
            await asyncio.sleep(fate.delay)
            return fate.refusal() or carried_out(fate, answer(request, self._format(request)))

        return read

    def _discovery(self, request: Request, format: str) -> Response:
        endpoint = {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": f"{str(request.base_url).rstrip('/')}{BASE}",
            "changeset": "2026-01-05T09:00:00Z",
            "type": "production",
            "formats": [
                media_type
                for name, media_type in MEDIA_TYPES.items()
                if (Quirk.XML_ONLY if name == "json" else Quirk.JSON_ONLY) not in self.quirks
            ],
        }
        return self._answers.records(
            format,
            "discovery",
            {
                "changeset": "2026-01-05T09:00:00Z",
                "contact": "Write to data@springdale.example.",
                "key_service": "Ask data@springdale.example for a key.",
                "endpoints": [endpoint],
            },
        )

    def _services(self, request: Request, format: str) -> Response:
        return self._answers.records(
            format, "services", [self._answers.service(one) for one in self.catalogue.values()]
        )

    def _definition(self, request: Request, format: str) -> Response:
        service = self.catalogue.get(request.path_params["code"])
        if service is None:
            return self._unknown(format, "service_code")
        return self._answers.records(format, "service_definition", self._answers.definition(service))

    def _list(self, request: Request, format: str) -> Response:
        now = self.clock()
        try:
            found = chosen(self.received, request.query_params, self.quirks, now)
        except BadQuery as error:
            return self._answers.errors(format, [Mistake(400, str(error))])
        records = [self._answers.request(one, now, listed=True) for one in found]
        return self._answers.records(format, "service_requests", records)

    def _one(self, request: Request, format: str) -> Response:
        now, found = self.clock(), self._by_number(request.path_params["number"])
        if found is None or found.ready_at > now or found.service.type == "blackbox":
            return self._unknown(format, "service_request_id")
        record = self._answers.request(found, now, listed=False)
        return self._answers.records(format, "service_requests", [record])

    def _token(self, request: Request, format: str) -> Response:
        token = request.path_params["token"]
        found = next((one for one in self.received if one.token == token), None)
        if found is None:
            return self._unknown(format, "token")
        number = found.service_request_id if found.ready_at <= self.clock() else None
        return self._answers.records(format, "service_requests", [{"service_request_id": number, "token": token}])

    def _unknown(self, format: str, name: str) -> Response:
        return self._answers.errors(format, [Mistake(404, f"{name} was not found.")])

    def _by_number(self, number: str) -> ServiceRequest | None:
        return next((one for one in self.received if one.service_request_id == number), None)

    async def _post(self, request: Request) -> Response:
        format, now = self._format(request), self.clock()
        fields = parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        fate = self._fates.next("POST", now)
        await asyncio.sleep(fate.delay)
        answer, accepted = fate.refusal(), None
        if answer is None:
            answer, accepted = self._accept(fields, format, now)
        self._note(fate, Post(at=now, fields=fields, status=answer.status_code, request=accepted))
        return carried_out(fate, answer)

    def _note(self, fate: Fate, post: Post) -> None:
        if fate.lost or fate.truncated:
            post = Post(at=post.at, fields=post.fields, status=None, request=post.request)
        self.posts.append(post)
        self.on_post(post)

    def _accept(self, fields: Fields, format: str, now: datetime) -> tuple[Response, ServiceRequest | None]:
        """Keep a report if nothing is wrong with it; return the answer, and the request that it became."""
        form = read_form(fields)
        wrong = mistakes(form, self.catalogue, self.api_key, self.quirks)
        if not wrong and Quirk.DUPLICATE_400 in self.quirks and self._is_duplicate(form, now):
            wrong = [Mistake(400, "base is a duplicate")]
        if wrong:
            return self._answers.errors(format, wrong), None
        request = self._new_request(form, now)
        self.received.append(request)
        return self._answers.records(format, "service_requests", [self._granted(request)]), request

    def _is_duplicate(self, form: Form, now: datetime) -> bool:
        return any(one.form == form and now - one.requested_datetime < DUPLICATE for one in self.received)

    def _new_request(self, form: Form, now: datetime) -> ServiceRequest:
        service = self.catalogue[form.get("service_code")]
        later = service.type == "batch" or Quirk.CHICAGO in self.quirks
        waits = [wait for quirk, wait in PROCESSING.items() if quirk in self.quirks]
        return ServiceRequest(
            service_request_id=str(FIRST_NUMBER + len(self.received)),
            token=f"t-{len(self.received) + 1}" if later else None,
            ready_at=now + max(waits, default=timedelta()) if later else now,
            service=service,
            form=form,
            requested_datetime=now,
            updated_datetime=now,
        )

    def _granted(self, request: ServiceRequest) -> dict[str, Any]:
        """Return the answer to a report: its number, or a token, or only that the town has it."""
        rest = {"service_notice": NOTICE, "account_id": None}
        if request.token:
            return {"token": request.token, **rest}
        if request.service.type == "blackbox":
            return rest
        number: Any = {"id": None} if Quirk.OBJECT_AS_ID in self.quirks else request.service_request_id
        return {"service_request_id": number, **rest}

    async def _page(self, request: Request) -> Response:
        return HTMLResponse(page(self.received, self.clock()))

    async def _staff(self, request: Request) -> Response:
        form = await request.form()
        status, notes = str(form.get("status", "")), str(form.get("notes", ""))
        if status not in STATUSES or self._by_number(request.path_params["number"]) is None:
            raise HTTPException(404, "There is no such request, or status is neither open nor closed.")
        self.set_status(request.path_params["number"], status, notes)
        return RedirectResponse("/", 303)
