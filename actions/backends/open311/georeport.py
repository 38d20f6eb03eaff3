"""Reading GeoReport v2: what its answers about requests, tokens, errors and endpoints say."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dateutil.parser import parse

from actions.backends.base import Accepted, CaseStatus
from actions.backends.open311.payload import decode, identifier, plain, read_payload, records, strings
from bot.errors import BackendUnavailable
from bot.messages import Location

#: Names under which requests and tokens come wrapped.
REQUESTS = ("service_requests", "requests", "service_request", "request", "tokens", "token")
#: What our own tables hold of a town's number.
LONGEST_NUMBER = 64
LONGEST_REASON = 200
#: Words for a case on which nothing more is done; what is not here is open.
CLOSED = frozenset(
    "closed fixed resolved completed complete done cancelled canceled duplicate archived rejected "
    "fixed_council fixed_user no_further_action not_councils_responsibility internal_referral not_responsible".split()
)
#: Where errors keep what they say, the best first.
REASONS = ("description", "message", "error_description", "detail", "details", "title", "error", "errors")
LOOKS_LIKE_A_TIME = re.compile(r"\d[-/.: T]\d")


def read_requests(tree: Any) -> list[dict[str, Any]]:
    """Return the requests in an answer, in Open311's field names."""
    return records(tree, *REQUESTS)


def number_of(request: Mapping[str, Any]) -> str:
    """Return a request's number, or "" while it has none."""
    return identifier(request.get("service_request_id"), LONGEST_NUMBER)


def read_accepted(tree: Any) -> Accepted:
    """Read the answer to a new request: a number, a token, or neither."""
    found = [request for request in read_requests(tree) if number_of(request) or identifier(request.get("token"))]
    request = next(iter([*found, *read_requests(tree)]), {})
    return Accepted(
        service_request_id=number_of(request) or None,
        token=identifier(request.get("token")) or None,
        service_notice=plain(request.get("service_notice")),
    )


def read_number(tree: Any) -> str | None:
    """Read the answer to a token: the number that it stands for, or None as long as there is none."""
    return next((number for request in read_requests(tree) if (number := number_of(request))), None)


def read_status(request: Mapping[str, Any], now: datetime) -> CaseStatus:
    """Read how far a case is; `now` stands for a time that is missing or unreadable."""
    status = re.sub(r"[\W_]+", "_", plain(request.get("status")).lower()).strip("_")
    updated = (read_time(request.get(name), now) for name in ("updated_datetime", "requested_datetime"))
    return CaseStatus(
        status="closed" if status in CLOSED else "open",
        status_notes=plain(request.get("status_notes")),
        updated_datetime=next((time for time in updated if time), now),
        expected_datetime=read_time(request.get("expected_datetime"), now),
        agency_responsible=plain(request.get("agency_responsible")),
    )


def read_time(value: Any, now: datetime) -> datetime | None:
    """Return a moment, in the zone of `now` when it names none; None when it is missing or unreadable."""
    if not isinstance(value, str) or len(value) > 40 or not LOOKS_LIKE_A_TIME.search(value):
        return None
    try:
        try:
            read = datetime.fromisoformat(value.strip())
        except ValueError:
            read = parse(value, default=now)
        zoned = read if read.tzinfo else read.replace(tzinfo=now.tzinfo)
        zoned.astimezone(UTC)  # the first and the last days of the calendar have no such moment
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
        return None
    return zoned


def read_location(request: Mapping[str, Any]) -> Location | None:
    """Return where a case is, or None when it does not say, or nonsense."""
    try:
        latitude, longitude = float(str(request.get("lat"))), float(str(request.get("long")))
    except ValueError:
        return None
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return Location(latitude=latitude, longitude=longitude)


def read_reason(content: bytes, charset: str | None = None) -> str:
    """Return what a refusal says for people, at most 200 characters; "" when it says nothing."""
    try:
        said = [plain(reason) for reason in _reasons(read_payload(content, charset))]
    except BackendUnavailable:
        said = [plain(decode(content, charset))]  # a page, or plain words
    reason = "; ".join(dict.fromkeys(filter(None, said)))
    return reason if len(reason) <= LONGEST_REASON else reason[: LONGEST_REASON - 3].rstrip() + "..."


def _reasons(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list):
        for entry in tree:
            yield from _reasons(entry)
    elif isinstance(tree, dict):
        named = next((tree[name] for name in REASONS if tree.get(name)), None)
        yield from _reasons(named) if named else _by_field(tree)


def _by_field(tree: dict[str, Any]) -> Iterator[str]:
    """Yield what is said of each field: {"lat": ["can't be blank"]} is "lat can't be blank"."""
    for name, value in tree.items():
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            yield from (f"{name} {entry}" for entry in value)
        elif isinstance(value, dict | list):
            yield from _reasons(value)


def read_error_code(tree: Any) -> int | None:
    """Return the code of an error that came as if all were well, or None when it is no error."""
    for error in records(tree, "errors", "error"):
        code = identifier(error.get("code"), 3)
        if re.fullmatch("[45][0-9][0-9]", code) and any(error.get(name) for name in REASONS):
            return int(code)
    return None


@dataclass(frozen=True, slots=True)
class Offer:
    """An endpoint that a discovery document names."""

    #: Without a trailing slash; may be relative to the document.
    url: str
    #: "json" and "xml", the better one first.
    formats: tuple[str, ...]


def read_offers(tree: Any) -> list[Offer]:
    """Return the GeoReport v2 endpoints in a discovery document: those in production first, then those for tests."""
    found = []
    for endpoint in records(tree, "discovery", "endpoints", "endpoint"):
        specification = re.sub(r"[^a-z0-9]", "", plain(endpoint.get("specification")).lower())
        url = identifier(endpoint.get("url"), 2000).rstrip("/")
        if "georeportv2" in specification and url:
            said = " ".join(strings(endpoint.get("formats"))).lower()
            formats = tuple(name for name in ("json", "xml") if name in said) or ("json", "xml")
            found.append((plain(endpoint.get("type")).lower() != "production", Offer(url, formats)))
    return [offer for _, offer in sorted(found, key=lambda pair: pair[0])]
