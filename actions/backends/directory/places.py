"""What the directory says of a service at a location: frozen values in HSDS 3.0's words, to and from flat records."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

ACTIVE = "active"
#: Of these nobody is told: they are gone. "temporarily closed" is said instead.
GONE = frozenset({"inactive", "defunct"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When it is open, by RFC 5545's rules; without times, dates on which it is closed, or only words about it."""

    freq: str = ""
    interval: int = 1
    byday: str = ""
    bymonthday: str = ""
    byweekno: str = ""
    byyearday: str = ""
    wkst: str = ""
    count: int | None = None
    dtstart: date | None = None
    until: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    opens_at: time | None = None
    closes_at: time | None = None
    #: A name such as America/Chicago or an offset such as -06:00; empty is the town's own.
    timezone: str = ""
    description: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One service at one location. Texts are as the directory has them, mostly in one language."""

    id: str
    service_id: str
    location_id: str = ""
    name: str
    alternate_name: str = ""
    organization_name: str = ""
    location_name: str = ""
    description: str = ""
    taxonomy_terms: tuple[str, ...] = ()
    status: str = ACTIVE
    address_1: str = ""
    city: str = ""
    postal_code: str = ""
    country: str = ""
    #: WGS 84, in degrees.
    latitude: float | None = None
    longitude: float | None = None
    phones: tuple[str, ...] = ()
    email: str = ""
    url: str = ""
    schedules: tuple[Schedule, ...] = ()
    languages: tuple[str, ...] = ()
    interpretation_services: str = ""
    accessibility: tuple[str, ...] = ()
    required_documents: tuple[str, ...] = ()
    fees_description: str = ""
    eligibility_description: str = ""
    minimum_age: float | None = None
    maximum_age: float | None = None
    application_process: str = ""
    wait_time: str = ""
    alert: str = ""
    #: When somebody last made sure that all this is right.
    assured_date: date | None = None


def place_id(service_id: str, location_id: str) -> str:
    """Return a short id of the service at the location, the same each time; HSDS says nothing of how theirs look."""
    return hashlib.sha256(f"{service_id}\0{location_id}".encode()).hexdigest()[:16]


def to_record(place: Place) -> dict[str, Any]:
    """Return the place as JSON can hold it; what is empty is left out."""
    record: dict[str, Any] = _filled(place) | {"id": place.id, "service_id": place.service_id, "name": place.name}
    if place.schedules:
        record["schedules"] = [_filled(schedule) for schedule in place.schedules]
    return record


def from_record(record: Mapping[str, Any]) -> Place:
    """Return the place that `to_record` wrote; what it does not know, from a newer version, is passed over."""
    values = _known(Place, record)
    schedules = tuple(_schedule(entry) for entry in record.get("schedules", ()))
    assured = record.get("assured_date")
    for name, value in values.items():
        values[name] = tuple(value) if isinstance(value, list) else value
    values |= {"schedules": schedules, "assured_date": date.fromisoformat(assured) if assured else None}
    return Place(**values)


_DATES = ("dtstart", "until", "valid_from", "valid_to")
_TIMES = ("opens_at", "closes_at")


def _schedule(entry: Mapping[str, Any]) -> Schedule:
    values = _known(Schedule, entry)
    values |= {name: date.fromisoformat(values[name]) for name in _DATES if values.get(name)}
    values |= {name: time.fromisoformat(values[name]) for name in _TIMES if values.get(name)}
    return Schedule(**values)


def _known(kind: type[Place] | type[Schedule], record: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: record[field.name] for field in dataclasses.fields(kind) if field.name in record}


def _filled(value: Place | Schedule) -> dict[str, Any]:
    filled = {}
    for field in dataclasses.fields(value):
        content = getattr(value, field.name)
        if content != field.default:
            filled[field.name] = _json(content)
    return filled


def _json(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
