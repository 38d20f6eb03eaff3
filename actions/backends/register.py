"""The embedded register: keeps cases in our own database, for a town that has no endpoint of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from actions.backends.base import Accepted, CaseStatus, Nearby
from bot.errors import BackendAmbiguous, BackendUnavailable
from bot.messages import Location, Submit
from store import requests
from store.engine import reading
from store.requests import ServiceRequest


class Register:
    """A `Backend` over `store.requests`; the database is blocking, so each call runs in a thread."""

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

    async def statuses(self, service_request_ids: Sequence[str]) -> Mapping[str, CaseStatus]:
        return {number: status for number in service_request_ids if (status := await self._status(number))}

    async def _status(self, service_request_id: str) -> CaseStatus | None:
        found = await asyncio.to_thread(self._read, lambda conn: requests.get(conn, service_request_id))
        if found is None:
            return None
        return CaseStatus(
            status="closed" if found.status == "closed" else "open",
            status_notes=found.status_notes,
            updated_datetime=found.updated_datetime,
        )

    async def find(self, submit: Submit, *, tried_at: datetime) -> str | None:
        found = await asyncio.to_thread(self._read, lambda conn: requests.by_reference(conn, submit.reference))
        return found.service_request_id if found else None

    async def number(self, token: str) -> str | None:
        return None

    async def near(self, service_code: str, location: Location | None, address: str) -> Sequence[Nearby]:
        return ()

    async def close(self) -> None:
        return None

    def _read(self, query: Callable[[Connection], ServiceRequest | None]) -> ServiceRequest | None:
        try:
            with reading(self._engine) as conn:
                return query(conn)
        except DBAPIError as error:
            raise BackendUnavailable("The register's database does not answer; look whether it runs.") from error

    def _file(self, submit: Submit) -> str:
        now = self._clock()
        try:
            with self._engine.begin() as conn:
                known = requests.by_reference(conn, submit.reference)
                number = known.service_request_id if known else requests.next_number(conn, now)
                return requests.file(conn, known or _request(submit, number, now)).service_request_id
        except DBAPIError as error:
            # The commit itself may have gone through.
            raise BackendAmbiguous("The register's database did not confirm; look up the reference.") from error


def _request(submit: Submit, number: str, now: datetime) -> ServiceRequest:
    return ServiceRequest(
        service_request_id=number,
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
