"""Which requests a caller asks for: the parameters of GET requests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from register.errors import wrong
from store import requests
from store.requests import ServiceRequest

#: By the standard: how long a range of dates may be, and how many requests one answer has.
LONGEST_RANGE = timedelta(days=90)
MOST_REQUESTS = 1000
STATUSES = ("open", "closed")
#: Clocks differ: what another process files at this moment is part of "until now".
SLACK = timedelta(days=1)
#: A "+" that was not escaped arrives as a blank.
LOST_PLUS = re.compile(r"(T.*) (\d\d:?\d\d)")
#: Years in which a calendar has room on both sides.
YEARS = range(1900, 3000)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the requests of some time; no codes or statuses are all of them."""

    since: datetime
    until: datetime
    service_codes: tuple[str, ...]
    statuses: tuple[str, ...]
    limit: int
    offset: int

    def read(self, conn: Connection) -> list[ServiceRequest]:
        return requests.listing(
            conn,
            since=self.since,
            until=self.until,
            service_codes=self.service_codes,
            statuses=self.statuses,
            limit=self.limit,
            offset=self.offset,
        )


def read_numbers(params: Mapping[str, str]) -> tuple[str, ...]:
    """Return the numbers that are asked for, which leaves all other parameters without effect; none for none."""
    numbers = _list(params, "service_request_id")
    if len(numbers) > MOST_REQUESTS:
        raise wrong(f"service_request_id has more than {MOST_REQUESTS} numbers; ask for fewer at a time.")
    return numbers


def read_listing(params: Mapping[str, str], now: datetime) -> Listing:
    """Return what is asked for; the last 90 days when no dates are given. Raises Refusal."""
    problems: list[str] = []
    start, end = (_moment(params, name, problems) for name in ("start_date", "end_date"))
    page = _count(params, "page", 1, 1_000_000, problems)
    limit = _count(params, "page_size", MOST_REQUESTS, MOST_REQUESTS, problems)
    statuses = tuple(status.lower() for status in _list(params, "status"))
    if not set(statuses) <= set(STATUSES):
        problems.append("status must be open or closed, or left out for both.")
    if start and end and end - start > LONGEST_RANGE:
        problems.append("start_date and end_date are more than 90 days apart; ask for less at a time.")
    if problems:
        raise wrong(*problems)
    if start is None:
        start = (end or now) - LONGEST_RANGE
        end = end or now + SLACK
    end = end or start + LONGEST_RANGE
    return Listing(start, end, _list(params, "service_code"), statuses, limit, (page - 1) * limit)


def _list(params: Mapping[str, str], name: str) -> tuple[str, ...]:
    parts = (part.strip() for part in params.get(name, "").split(","))
    return tuple(dict.fromkeys(filter(None, parts)))


def _moment(params: Mapping[str, str], name: str, problems: list[str]) -> datetime | None:
    """Return a moment, in UTC when it names no zone, as many callers write it; None when it is absent or no moment."""
    text = params.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(LOST_PLUS.sub(r"\1+\2", text))
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        problems.append(f"{name} is not a date and time; write it as 2026-03-01T12:00:00Z.")
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _count(params: Mapping[str, str], name: str, default: int, most: int, problems: list[str]) -> int:
    text = params.get(name) or str(default)
    if not re.fullmatch("[0-9]{1,7}", text) or not 1 <= int(text) <= most:
        problems.append(f"{name} must be a number from 1 to {most}.")
        return default
    return int(text)
