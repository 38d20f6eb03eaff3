"""The register's paths, and what each of them does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions.intake.services import Catalogue
from register import records
from register.answers import answer, clean
from register.asking import read_listing, read_numbers
from register.errors import not_found
from register.forms import Fields, read_form
from register.keys import Keys
from register.posting import read_request
from register.resource import PREFIX, Handler, Params, Resource, format_of
from store import media, requests
from store.engine import reading
from store.media import Picture
from store.requests import ServiceRequest

T = TypeVar("T")
logger = logging.getLogger(__name__)

#: What holders of a key see stays with them.
PRIVATE = {"Cache-Control": "private, no-store"}
#: A picture is shown to its holder, and never taken for anything else.
PICTURE = {
    "Cache-Control": "private, max-age=86400",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def register_routes(
    engine: Engine,
    catalogue: Callable[[], Catalogue],
    *,
    keys: Sequence[str],
    public_url: str,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
    jurisdiction_id: str | None = None,
) -> list[Route]:
    """Return the paths below /open311/v2; `keys` are those that the town gave to other programs.

    `catalogue` may be slow: it is called in a thread. Without a `jurisdiction_id` any is taken for ours.
    """
    server = Server(engine, catalogue, Keys(keys), public_url, clock, new_id, jurisdiction_id)

    def at(path: str, **handlers: Handler) -> Route:
        return Route(PREFIX + path, Resource(handlers))

    return [
        at("/discovery.{format}", GET=server.discovery),
        at("/services.{format}", GET=server.services),
        at("/services/{service_code}.{format}", GET=server.definition),
        at("/requests.{format}", GET=server.listing, POST=server.post),
        at("/requests/{service_request_id}.{format}", GET=server.one),
        at("/tokens/{token}.{format}", GET=server.token),
        at("/media/{id}", GET=server.picture),
        at("/{rest:path}"),
    ]


@dataclass(frozen=True, slots=True)
class Server:
    """Answers GeoReport v2 over `store.requests`; each answer's fields are in register/records.py."""

    engine: Engine
    catalogue: Callable[[], Catalogue]
    keys: Keys
    public_url: str
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    jurisdiction_id: str | None

    async def discovery(self, request: Request, params: Params) -> Response:
        found = records.discovery(self.public_url, self.public_url + PREFIX)
        return answer(format_of(request), "discovery", found)

    async def services(self, request: Request, params: Params) -> Response:
        self._check_jurisdiction(params)
        catalogue = await asyncio.to_thread(self.catalogue)
        return answer(format_of(request), "services", [records.service(one) for one in catalogue.services.values()])

    async def definition(self, request: Request, params: Params) -> Response:
        self._check_jurisdiction(params)
        service = (await asyncio.to_thread(self.catalogue)).get(request.path_params["service_code"])
        if service is None:
            raise not_found("There is no service with this service_code; GET services lists those there are.")
        return answer(format_of(request), "service_definition", records.definition(service))

    async def listing(self, request: Request, params: Params) -> Response:
        if numbers := read_numbers(params):
            return await self._requests(request, params, lambda conn: requests.some(conn, numbers))
        asked = read_listing(params, self.clock())
        return await self._requests(request, params, asked.read)

    async def one(self, request: Request, params: Params) -> Response:
        number = clean(request.path_params["service_request_id"])
        return await self._requests(request, params, lambda conn: _known(conn, number))

    async def token(self, request: Request, params: Params) -> Response:
        """Every request gets its number at once, so that no token was ever given."""
        raise not_found("There is no such token; every request here gets its service_request_id at once.")

    async def picture(self, request: Request, params: Params) -> Response:
        self.keys.require(params)
        id = clean(request.path_params["id"])
        picture = await self._read(lambda conn: media.get(conn, id))
        if picture is None:
            raise not_found("There is no such picture.")
        return Response(picture.content, media_type=picture.content_type, headers=PICTURE)

    async def post(self, request: Request, params: Params) -> Response:
        if not self.keys or "api_key" in params:
            # Without a key that can be right, nothing is read.
            self.keys.require(params)

        def admit(fields: Fields) -> None:
            self.keys.require({**params, **dict(fields)})
            self._check_jurisdiction({**params, **dict(fields)})

        form = await read_form(request, admit)
        pictures = [Picture(self.new_id(), kind, content) for kind, content in form.pictures]
        draft = read_request(
            (*params.items(), *form.fields),
            await asyncio.to_thread(self.catalogue),
            now=self.clock(),
            new_id=self.new_id,
            media_urls=[f"{self.public_url}{PREFIX}/media/{picture.id}" for picture in pictures],
        )
        filed = await asyncio.to_thread(self._file, draft, pictures)
        logger.info("Service request %s was posted.", filed.service_request_id)
        return answer(format_of(request), "service_requests", [records.filed(filed)])

    def _file(self, draft: ServiceRequest, pictures: Sequence[Picture]) -> ServiceRequest:
        with self.engine.begin() as conn:
            filed = requests.file_new(conn, draft)
            # A repeated post finds its first one, which has its pictures.
            if filed.media_url == draft.media_url:
                for picture in pictures:
                    media.add(conn, picture, now=draft.requested_datetime)
            return filed

    async def _requests(
        self, request: Request, params: Params, query: Callable[[Connection], list[ServiceRequest]]
    ) -> Response:
        self._check_jurisdiction(params)
        private = self.keys.held(params)
        catalogue = await asyncio.to_thread(self.catalogue)
        found = [records.request(one, catalogue, private=private) for one in await self._read(query)]
        return answer(format_of(request), "service_requests", found, headers=PRIVATE if private else None)

    async def _read(self, query: Callable[[Connection], T]) -> T:
        def read() -> T:
            with reading(self.engine) as conn:
                return query(conn)

        return await asyncio.to_thread(read)

    def _check_jurisdiction(self, params: Params) -> None:
        theirs = params.get("jurisdiction_id")
        if self.jurisdiction_id and theirs and theirs != self.jurisdiction_id:
            raise not_found(
                f"This is the jurisdiction {self.jurisdiction_id}; correct jurisdiction_id, or leave it out."
            )


def _known(conn: Connection, number: str) -> list[ServiceRequest]:
    found = requests.get(conn, number)
    if found is None:
        raise not_found("There is no request with this service_request_id.")
    return [found]
