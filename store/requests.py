"""The embedded register's service requests, for a town that has no Open311 endpoint of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from store.sql import insert_new, one_at_a_time
from store.tables import requests


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


def _one(conn: Connection, which: ColumnElement[bool]) -> ServiceRequest | None:
    row = conn.execute(select(requests).where(which)).one_or_none()
    return ServiceRequest(**row._mapping) if row else None


def file(conn: Connection, request: ServiceRequest) -> ServiceRequest:
    """Keep the request; one that has its reference already is returned instead."""
    row = {field.name: getattr(request, field.name) for field in fields(request)}
    insert_new(conn, requests, row | {"attributes": dict(request.attributes)}, key=("reference",))
    return by_reference(conn, request.reference) or request


def by_reference(conn: Connection, reference: str) -> ServiceRequest | None:
    return _one(conn, requests.c.reference == reference)


def get(conn: Connection, service_request_id: str) -> ServiceRequest | None:
    return _one(conn, requests.c.service_request_id == service_request_id)


def set_status(conn: Connection, service_request_id: str, *, status: str, notes: str, now: datetime) -> None:
    request = update(requests).where(requests.c.service_request_id == service_request_id)
    conn.execute(request.values(status=status, status_notes=notes, updated_datetime=now))


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
