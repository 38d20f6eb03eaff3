"""The embedded register's service requests, for a town that has no Open311 endpoint of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select, update

from store.sql import insert_new, one_at_a_time
from store.tables import disputes, requests


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRequest:
    """A service request in Open311 GeoReport v2's words; `reference` is the sender's own."""

    service_request_id: str
    reference: str
    service_code: str
    status: str = "open"
    status_notes: str = ""
    description: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    lat: float | None = None
    long: float | None = None
    media_url: str | None = None
    requested_datetime: datetime
    updated_datetime: datetime
    #: Who sent it, as far as they said (email, phone, first_name ...): never for the public.
    contact: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A part of the map, in degrees; `west` is the greater one when it lies across the 180th meridian."""

    south: float
    north: float
    west: float
    east: float


def _all(conn: Connection, query: Select[Any]) -> list[ServiceRequest]:
    return [ServiceRequest(**row._mapping) for row in conn.execute(query)]


def _one(conn: Connection, which: ColumnElement[bool]) -> ServiceRequest | None:
    return next(iter(_all(conn, select(requests).where(which))), None)


def file(conn: Connection, request: ServiceRequest) -> ServiceRequest:
    """Keep the request; one that has its reference already is returned instead."""
    row = {field.name: getattr(request, field.name) for field in fields(request)}
    insert_new(conn, requests, row | {"attributes": dict(request.attributes)}, key=("reference",))
    return by_reference(conn, request.reference) or request


def file_new(conn: Connection, request: ServiceRequest) -> ServiceRequest:
    """Keep the request under the next number, whatever its own is; `file` says what becomes of a known reference."""
    number = next_number(conn, request.requested_datetime)
    return by_reference(conn, request.reference) or file(conn, replace(request, service_request_id=number))


def by_reference(conn: Connection, reference: str) -> ServiceRequest | None:
    """Return the request that was sent, or disputed, under this reference."""
    disputed = select(disputes.c.service_request_id).where(disputes.c.reference == reference).scalar_subquery()
    return _one(conn, or_(requests.c.reference == reference, requests.c.service_request_id == disputed))


def get(conn: Connection, service_request_id: str) -> ServiceRequest | None:
    return _one(conn, requests.c.service_request_id == service_request_id)


def some(conn: Connection, service_request_ids: Sequence[str]) -> list[ServiceRequest]:
    """Return the requests with these numbers, newest first; what is not known is missing."""
    return _all(conn, _newest_first(select(requests).where(requests.c.service_request_id.in_(service_request_ids))))


def listing(
    conn: Connection,
    *,
    since: datetime,
    until: datetime,
    service_codes: Sequence[str] = (),
    statuses: Sequence[str] = (),
    limit: int,
    offset: int = 0,
) -> list[ServiceRequest]:
    """Return what was requested from `since` to `until`, both included, newest first; no codes or statuses are all."""
    found = select(requests).where(requests.c.requested_datetime.between(since, until))
    if service_codes:
        found = found.where(requests.c.service_code.in_(service_codes))
    if statuses:
        found = found.where(requests.c.status.in_(statuses))
    return _all(conn, _newest_first(found).limit(limit).offset(offset))


def _newest_first(query: Select[Any]) -> Select[Any]:
    # The second makes the order, and so the pages, certain.
    return query.order_by(requests.c.requested_datetime.desc(), requests.c.service_request_id.desc())


def open_near(conn: Connection, service_code: str, box: Box | None, *, limit: int) -> list[ServiceRequest]:
    """Return open requests of a service, newest first, that lie in the box or have an address to compare."""
    places = [requests.c.address != ""]
    if box:
        after, before = requests.c.long >= box.west, requests.c.long <= box.east
        east_west = (after & before) if box.west <= box.east else (after | before)
        places.append(requests.c.lat.between(box.south, box.north) & east_west)
    of_service = select(requests).where(requests.c.service_code == service_code, requests.c.status == "open")
    return _all(conn, _newest_first(of_service.where(or_(*places))).limit(limit))


def set_status(conn: Connection, service_request_id: str, *, status: str, notes: str, now: datetime) -> None:
    request = update(requests).where(requests.c.service_request_id == service_request_id)
    conn.execute(request.values(status=status, status_notes=notes, updated_datetime=now))


def reopen(conn: Connection, service_request_id: str, *, reference: str, words: str, now: datetime) -> None:
    """Open a case again and append the words of whoever says that it is not done; a known reference changes nothing."""
    row = {"reference": reference, "service_request_id": service_request_id, "created_at": now}
    if not insert_new(conn, disputes, row, key=("reference",)):
        return
    case = update(requests).where(requests.c.service_request_id == service_request_id)
    conn.execute(case.values(status="open", description=requests.c.description + words, updated_datetime=now))


def next_number(conn: Connection, now: datetime) -> str:
    """Return the next free number of the year, such as 2026-000123, held until the transaction ends."""
    one_at_a_time(conn, "number a service request")
    number = requests.c.service_request_id
    # The longest is the highest: after 999999 numbers simply get longer.
    of_year = (
        select(number).where(number.startswith(f"{now.year}-")).order_by(func.length(number).desc(), number.desc())
    )
    last = conn.scalar(of_year.limit(1))
    return f"{now.year}-{int(last.partition('-')[2] if last else 0) + 1:06d}"
