"""The embedded register: keeps cases in our own database, for a town that has no endpoint of its own."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from actions.backends.base import NEAR, Accepted, CaseStatus, Nearby
from actions.backends.nearness import EARTH_RADIUS, MOST_NEARBY, metres, same_address
from bot.errors import BackendAmbiguous, BackendRefused, BackendUnavailable
from bot.messages import Location, Submit
from store import requests
from store.engine import reading
from store.requests import Box, ServiceRequest

T = TypeVar("T")

#: Open cases of one service whose place is looked at, the newest first: a citizen waits for the answer.
MOST_LOOKED_AT = 2000


class Register:
    """A `Backend` over `store.requests`; the database is blocking, so each call runs in a thread.

    `services` are the definitions that the town wrote, as `read_service` reads them.
    """

    def __init__(
        self, engine: Engine, clock: Callable[[], datetime], services: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._services = services

    async def services(self) -> Sequence[Mapping[str, Any]]:
        return self._services

    async def submit(self, submit: Submit) -> Accepted:
        return Accepted(service_request_id=await asyncio.to_thread(self._file, submit))

    async def find(self, submit: Submit, *, tried_at: datetime) -> str | None:
        found = await self._read(lambda conn: requests.by_reference(conn, submit.reference))
        return found.service_request_id if found else None

    async def number(self, token: str) -> str | None:
        return None

    async def statuses(self, service_request_ids: Sequence[str]) -> Mapping[str, CaseStatus]:
        found = await self._read(lambda conn: requests.some(conn, service_request_ids))
        return {request.service_request_id: _status(request) for request in found}

    async def near(self, service_code: str, location: Location | None, address: str) -> Sequence[Nearby]:
        box = _around(location) if location else None
        found = await self._read(lambda conn: requests.open_near(conn, service_code, box, limit=MOST_LOOKED_AT))
        close = [nearby for request in found if (nearby := _nearby(request, location, address))]
        # Those that are here by their address alone come first: that is the very place.
        return sorted(close, key=lambda nearby: nearby.distance or 0.0)[:MOST_NEARBY]

    async def close(self) -> None:
        return None

    async def _read(self, query: Callable[[Connection], T]) -> T:
        def read() -> T:
            with reading(self._engine) as conn:
                return query(conn)

        try:
            return await asyncio.to_thread(read)
        except DBAPIError as error:
            raise BackendUnavailable("The register's database does not answer; look whether it runs.") from error

    def _file(self, submit: Submit) -> str:
        now = self._clock()
        try:
            with self._engine.begin() as conn:
                if submit.disputes:
                    return _reopen(conn, submit, submit.disputes, now)
                return requests.file_new(conn, _request(submit, now)).service_request_id
        except DBAPIError as error:
            # The commit itself may have gone through.
            raise BackendAmbiguous("The register's database did not confirm; look up the reference.") from error


def _request(submit: Submit, now: datetime) -> ServiceRequest:
    return ServiceRequest(
        service_request_id="",
        reference=submit.reference,
        service_code=submit.service_code,
        description=submit.description,
        attributes=submit.attributes,
        address=submit.address_string,
        lat=submit.location.latitude if submit.location else None,
        long=submit.location.longitude if submit.location else None,
        media_url=submit.media_url,
        requested_datetime=now,
        updated_datetime=now,
    )


def _reopen(conn: Connection, submit: Submit, number: str, now: datetime) -> str:
    """Open the disputed case again, with the citizen's words under the time at which they came."""
    if requests.get(conn, number) is None:
        raise BackendRefused(f"There is no case {number}, so it cannot be opened again.")
    lines = ["", "", f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC:", submit.description, submit.media_url]
    words = "\n".join(line for line in lines if line is not None).rstrip()
    requests.reopen(conn, number, reference=submit.reference, words=words, now=now)
    return number


def _status(request: ServiceRequest) -> CaseStatus:
    return CaseStatus(
        status="closed" if request.status == "closed" else "open",
        status_notes=request.status_notes,
        updated_datetime=request.updated_datetime,
    )


def _around(location: Location) -> Box:
    """Return a part of the map that has every point at most `NEAR` metres away."""
    height = math.degrees(NEAR / EARTH_RADIUS)
    south, north = location.latitude - height, location.latitude + height
    # The meridians meet at the poles: there every longitude is near.
    narrow = math.cos(math.radians(max(abs(south), abs(north))))
    if narrow <= height:
        return Box(south=south, north=north, west=-180.0, east=180.0)
    width = height / narrow
    west, east = _wrapped(location.longitude - width), _wrapped(location.longitude + width)
    return Box(south=south, north=north, west=west, east=east)


def _wrapped(longitude: float) -> float:
    return (longitude + 180.0) % 360.0 - 180.0


def _nearby(request: ServiceRequest, location: Location | None, address: str) -> Nearby | None:
    """Return what may be told of an open case, or None when it is somewhere else."""
    distance = None
    if location and request.lat is not None and request.long is not None:
        distance = metres(location, Location(latitude=request.lat, longitude=request.long))
    if not same_address(request.address, address) and (distance is None or distance > NEAR):
        return None
    return Nearby(
        service_request_id=request.service_request_id,
        requested_datetime=request.requested_datetime,
        address=request.address,
        distance=distance,
    )
