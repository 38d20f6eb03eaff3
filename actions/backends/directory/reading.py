"""Reads HSDS 3.0 services, with what hangs on them, into places: tolerant of what is missing, noting what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from actions.backends.directory.opening_hours import numbers, weekdays
from actions.backends.directory.places import ACTIVE, Place, Schedule, place_id

Row = Mapping[str, Any]

#: Where a row was read, for people: "services.csv, row 3". Ours, not HSDS's.
ORIGIN = "_origin"
STATUSES = frozenset({ACTIVE, "inactive", "defunct", "temporarily closed"})
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE)


@dataclass(slots=True)
class Reader:
    """Turns services into places; each `problem` is a sentence with the row and what to put right."""

    problems: list[str] = field(default_factory=list)
    _service: str = ""

    def places(self, service: Row) -> list[Place]:
        """Return a place for each location of a service (in HSDS's nested form), one without address if it has none."""
        self._service = origin(service)
        known_id, name = _text(service, "id"), _text(service, "name")
        if not known_id or not name:
            self._note(service, f"a service needs an id and a name; fill in {'name' if known_id else 'id'}")
            return []
        located = list(_located(service)) or [({}, {})]
        return [self._place(service, link, location) for link, location in located]

    def _place(self, service: Row, link: Row, location: Row) -> Place:
        service_id, location_id = _text(service, "id"), _text(location, "id")
        address: Row = next(iter(_rows(location, "addresses", "physical_addresses")), {})
        latitude, longitude = self._position(location)
        return Place(
            id=place_id(service_id, location_id),
            service_id=service_id,
            location_id=location_id,
            name=_text(service, "name"),
            alternate_name=_text(service, "alternate_name"),
            organization_name=_text(_row(service, "organization"), "name"),
            location_name=_text(location, "name"),
            description=_text(service, "description"),
            taxonomy_terms=_terms(service),
            status=self._status(service),
            address_1=", ".join(filter(None, (_text(address, "address_1"), _text(address, "address_2")))),
            city=_text(address, "city"),
            postal_code=_text(address, "postal_code"),
            country=_text(address, "country").upper(),
            latitude=latitude,
            longitude=longitude,
            phones=_phones(link, location, service),
            email=_text(service, "email"),
            url=_text(service, "url"),
            schedules=self._schedules(link, location, service),
            languages=_distinct(_language(row) for row in _nearest("languages", service, location)),
            interpretation_services=_text(service, "interpretation_services"),
            accessibility=_distinct(_access(row) for row in _rows(location, "accessibility")),
            required_documents=_distinct(_text(row, "document") for row in _rows(service, "required_documents")),
            fees_description=_fees(service),
            eligibility_description=_text(service, "eligibility_description"),
            minimum_age=self._number(service, "minimum_age"),
            maximum_age=self._number(service, "maximum_age"),
            application_process=_text(service, "application_process"),
            wait_time=_text(service, "wait_time"),
            alert=_text(service, "alert"),
            assured_date=self._date(service, "assured_date"),
        )

    def _status(self, service: Row) -> str:
        status = _text(service, "status").lower() or ACTIVE
        if status not in STATUSES:
            self._note(service, f"status is {status!r}; write one of {', '.join(sorted(STATUSES))}")
        return status if status in STATUSES else ACTIVE

    def _position(self, location: Row) -> tuple[float | None, float | None]:
        latitude, longitude = self._number(location, "latitude"), self._number(location, "longitude")
        if latitude is None or longitude is None:
            return None, None
        if abs(latitude) > 90 or abs(longitude) > 180:
            self._note(location, "latitude and longitude are not degrees; latitude is -90 to 90")
            return None, None
        return latitude, longitude

    def _schedules(self, link: Row, location: Row, service: Row) -> tuple[Schedule, ...]:
        """Return those of the service at this location, else of the service, else of the location."""
        return tuple(
            schedule for row in _nearest("schedules", link, service, location) if (schedule := self._schedule(row))
        )

    def _schedule(self, row: Row) -> Schedule | None:
        byday = self._rule(row, "byday", weekdays) or ""
        return Schedule(
            freq=_text(row, "freq").upper(),
            interval=int(self._number(row, "interval") or 1),
            byday=byday,
            bymonthday=self._rule(row, "bymonthday", numbers) or "",
            byweekno=self._rule(row, "byweekno", numbers) or "",
            byyearday=self._rule(row, "byyearday", numbers) or "",
            wkst=self._rule(row, "wkst", weekdays) or "",
            count=int(self._number(row, "count") or 0) or None,
            dtstart=self._date(row, "dtstart"),
            until=self._date(row, "until"),
            valid_from=self._date(row, "valid_from"),
            valid_to=self._date(row, "valid_to"),
            opens_at=self._time(row, "opens_at"),
            closes_at=self._time(row, "closes_at"),
            timezone=_text(row, "timezone"),
            description=_text(row, "description"),
            notes=_text(row, "notes"),
        )

    def _rule(self, row: Row, name: str, read: Any) -> str | None:
        value = row.get(name)
        text = ",".join(map(str, value)) if isinstance(value, list) else _text(row, name)
        try:
            read(text)
        except ValueError:
            self._note(row, f"{name} is {text!r}; write it as in MO,WE or 2TU, and days of a month as in 1,15")
            return None
        return text.upper()

    def _number(self, row: Row, name: str) -> float | None:
        text = _text(row, name)
        try:
            return float(text) if text else None
        except ValueError:
            self._note(row, f"{name} is {text!r}; write a number such as 41.5")
            return None

    def _date(self, row: Row, name: str) -> date | None:
        text = _text(row, name)
        try:
            # Some write a moment where a date belongs; its day counts.
            return date.fromisoformat(re.split(r"[T ]", text)[0]) if text else None
        except ValueError:
            self._note(row, f"{name} is {text!r}; write a date as in 2026-03-31")
            return None

    def _time(self, row: Row, name: str) -> time | None:
        text = _text(row, name)
        match = _TIME.fullmatch(text)
        try:
            if not match:
                raise ValueError(text)
            # 24:00 is the midnight that ends the day; as a closing time that is 00:00.
            hour = 0 if match[1] == "24" and match[2] == "00" else int(match[1])
            return time.fromisoformat(f"{hour:02d}:{match[2]}{(match[3] or '').upper()}")
        except ValueError:
            if text:
                self._note(row, f"{name} is {text!r}; write a time as in 09:00")
            return None

    def _note(self, row: Row, what: str) -> None:
        self.problems.append(f"{row.get(ORIGIN) or self._service}: {what}.")


def origin(row: Row) -> str:
    """Return where the row was read, or what it is called."""
    return str(row.get(ORIGIN) or row.get("name") or row.get("id") or "a row")


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None or isinstance(value, dict | list) else " ".join(str(value).split())


def _row(row: Row, name: str) -> Row:
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def _rows(row: Row, *names: str) -> list[Row]:
    """Return the rows of the first of these lists that is not empty."""
    for name in names:
        value = row.get(name)
        rows: list[Row] = [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
        if rows:
            return rows
    return []


def _nearest(name: str, *owners: Row) -> list[Row]:
    """Return the rows of the first owner that has any: what is said of the more particular thing counts."""
    return next((rows for owner in owners if (rows := _rows(owner, name))), [])


def _located(service: Row) -> Iterator[tuple[Row, Row]]:
    """Every location of a service, with the row that ties it to the service; postal and virtual ones are no places."""
    links = [(link, _row(link, "location")) for link in _rows(service, "service_at_locations")]
    links += [({}, location) for location in _rows(service, "locations")]
    seen = set()
    for link, location in links:
        known = _text(location, "id")
        physical = _text(location, "location_type").lower() in ("", "physical")
        if location and physical and known not in seen:
            seen.add(known)
            yield link, location


def _phones(link: Row, location: Row, service: Row) -> tuple[str, ...]:
    rows = _nearest("phones", link, service, location, _row(service, "organization"))
    voice = [row for row in rows if _text(row, "type").lower() not in ("fax", "pager", "tty", "textphone")]
    numbered = ((_text(row, "number"), _text(row, "extension")) for row in voice)
    return _distinct(f"{number} ext. {extension}" if extension else number for number, extension in numbered)


def _terms(service: Row) -> tuple[str, ...]:
    attributes = _rows(service, "attributes")
    named = [
        _text(_row(one, "taxonomy_term"), "name") or _text(one, "label") or _text(one, "value") for one in attributes
    ]
    return _distinct([*named, *(_text(term, "name") for term in _rows(service, "taxonomy_terms"))])


def _language(row: Row) -> str:
    return _text(row, "name") or _text(row, "code") or _text(row, "language")


def _access(row: Row) -> str:
    return ": ".join(filter(None, (_text(row, "description"), _text(row, "details"))))


def _fees(service: Row) -> str:
    if fees := _text(service, "fees_description") or _text(service, "fees"):
        return fees
    options = (_cost(row) for row in _rows(service, "cost_options"))
    return "; ".join(filter(None, options))


def _cost(row: Row) -> str:
    amount, currency = _text(row, "amount"), _text(row, "currency")
    return " ".join(
        filter(None, (amount, currency if amount else "", _text(row, "option") or _text(row, "amount_description")))
    )


def _distinct(texts: Sequence[str] | Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
