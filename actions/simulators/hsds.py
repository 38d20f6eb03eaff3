"""A stand-in for a directory's server: serves HSDS 3.0 services by page, with the faults that real ones have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route


@dataclass(slots=True)
class FakeHsds:
    """Keeps `services` (nested, as HSDS writes them) and answers as an HSDS 3.0 server."""

    services: list[Mapping[str, Any]]
    #: Whether the list has everything when it is asked with full=true; else only each service by its id does.
    full: bool = True
    #: Whether a service by its id has its locations; else they are at /service_at_locations.
    located: bool = True
    #: Pages that are answered with status 500, once each.
    stumbles: set[int] = field(default_factory=set)
    #: Down: every request is answered with status 503.
    down: bool = False
    #: From this page on the list is empty, though more was promised.
    broken_off: int | None = None
    asked: list[str] = field(default_factory=list)

    def asgi(self) -> Starlette:
        """Return the server."""
        routes = [
            Route("/", self._root),
            Route("/services", self._list),
            Route("/services/{id}", self._one),
            Route("/service_at_locations", self._links),
        ]
        return Starlette(routes=routes)

    async def _root(self, request: Request) -> Response:
        return JSONResponse({"version": "3.0", "profile": "https://docs.openreferral.org/en/3.0/"})

    async def _list(self, request: Request) -> Response:
        number = int(request.query_params.get("page", "1"))
        self.asked.append(f"page {number}")
        if self.down or number in self.stumbles:
            self.stumbles.discard(number)
            return PlainTextResponse("try again", 503 if self.down else 500)
        full = self.full and request.query_params.get("full") == "true"
        return self._page(self.services if full else [_brief(one) for one in self.services], request, number)

    async def _one(self, request: Request) -> Response:
        self.asked.append(f"service {request.path_params['id']}")
        found = next((one for one in self.services if one.get("id") == request.path_params["id"]), None)
        if found is None:
            return PlainTextResponse("no such service", 404)
        return JSONResponse(found if self.located else _brief(found))

    async def _links(self, request: Request) -> Response:
        self.asked.append("links")
        if self.located:
            return PlainTextResponse("not offered", 404)
        links = [{**link, "service_id": one["id"]} for one in self.services for link in one["service_at_locations"]]
        return self._page(links, request, int(request.query_params.get("page", "1")))

    def _page(self, rows: Sequence[Mapping[str, Any]], request: Request, number: int) -> Response:
        size = int(request.query_params.get("per_page", "10"))
        pages = max(1, -(-len(rows) // size))
        shown = list(rows[(number - 1) * size : number * size])
        if self.broken_off is not None and number >= self.broken_off:
            shown = []
        return JSONResponse(
            {
                "total_items": len(rows),
                "total_pages": pages,
                "page_number": number,
                "size": len(shown),
                "first_page": number == 1,
                "last_page": number >= pages,
                "empty": not shown,
                "contents": shown,
            }
        )


def _brief(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a list without full=true has of a service."""
    return {name: service[name] for name in ("id", "name", "description", "status") if name in service}
