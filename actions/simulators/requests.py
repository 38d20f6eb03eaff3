"""The requests that a simulated town has, and which of them a list shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from actions.simulators.catalogue import Service
from actions.simulators.posting import Form
from actions.simulators.quirks import Quirk

#: The longest span of a list, and the one without dates; the most that it shows.
SPAN = timedelta(days=90)
MOST = 1000
PAGE_SIZE, LARGEST_PAGE = 20, 100


@dataclass(slots=True, kw_only=True)
class ServiceRequest:
    """A request that was accepted; staff change its status and notes."""

    service_request_id: str
    #: Stands for the number until `ready_at`; None when the number was told at once.
    token: str | None
    ready_at: datetime
    service: Service
    form: Form
    status: str = "open"
    status_notes: str = ""
    requested_datetime: datetime
    updated_datetime: datetime


class BadQuery(ValueError):
    """A list was asked for in a way that the standard does not allow."""


def read_time(text: str) -> datetime:
    """Read a W3C time; one without a zone is UTC. Raises BadQuery."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadQuery("start_date and end_date must be W3C times, such as 2010-01-01T00:00:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def chosen(
    requests: Iterable[ServiceRequest], query: Mapping[str, str], quirks: Collection[Quirk], now: datetime
) -> list[ServiceRequest]:
    """Return what a list shows, the newest first. Raises BadQuery."""
    # What has no number yet is not there; Chicago shows it all the same, without.
    visible = [one for one in requests if one.ready_at <= now or Quirk.CHICAGO in quirks]
    visible = [one for one in reversed(visible) if one.service.type != "blackbox"]
    if numbers := query.get("service_request_id"):
        some = [numbers] if Quirk.NO_COMMA_LISTS in quirks else numbers.split(",")
        return [one for one in visible if one.service_request_id in some and one.ready_at <= now]
    if Quirk.IGNORES_FILTERS not in quirks:
        visible = _filtered(visible, query, now)
    if Quirk.PAGES in quirks:
        return _page(visible, query)
    return visible[:MOST]


def _filtered(requests: Iterable[ServiceRequest], query: Mapping[str, str], now: datetime) -> list[ServiceRequest]:
    start, end = _span(query, now)
    codes, statuses = query.get("service_code"), query.get("status")
    return [
        one
        for one in requests
        if start <= one.requested_datetime <= end
        and (not codes or one.service.service_code in codes.split(","))
        and (not statuses or one.status in statuses.split(","))
    ]


def _span(query: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    first, last = query.get("start_date"), query.get("end_date")
    end = read_time(last) if last else (read_time(first) + SPAN if first else now)
    start = read_time(first) if first else end - SPAN
    if end - start > SPAN:
        raise BadQuery("start_date and end_date may not span more than 90 days.")
    return start, end


def _page(requests: list[ServiceRequest], query: Mapping[str, str]) -> list[ServiceRequest]:
    try:
        page, size = int(query.get("page") or 1), int(query.get("page_size") or PAGE_SIZE)
    except ValueError:
        raise BadQuery("page and page_size must be whole numbers.") from None
    size = min(max(size, 1), LARGEST_PAGE)
    return requests[max(page - 1, 0) * size :][:size]
