"""Which of a town's requests is meant: the one with our reference, or those close to a place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from actions.backends.base import NEAR, Nearby
from actions.backends.nearness import MOST_NEARBY, metres, same_address
from actions.backends.open311.georeport import number_of, read_location, read_status, read_time
from actions.backends.open311.payload import exact, plain, strings
from actions.backends.open311.posting import description
from bot.messages import Location, Submit

#: Metres by which a server may move a report: to the middle of its parcel, of its street.
MOVED = 500.0
#: A description that was cut keeps at least so many characters, or it says nothing about who wrote it.
SHORTEST_CUT = 30
#: Where else a server may keep what came with a report.
ELSEWHERE = ("attributes", "attribute", "extended_attributes", "notes")


def has_reference(request: Mapping[str, Any], reference: str) -> bool:
    """Whether a request is ours, by its reference."""
    reference = reference.upper()
    # The last of its shape counts: a citizen's words may name the reference of an earlier report.
    shape = re.sub("[A-Z0-9]", "[A-Z0-9]", reference)
    written = " ".join(strings(request.get("description"))).upper()
    lines = re.findall(rf"\bREF:\s*({shape})(?![A-Z0-9-])", written)
    if lines:
        return bool(lines[-1] == reference)
    whole = re.compile(rf"(?<![A-Z0-9-]){re.escape(reference)}(?![A-Z0-9-])")
    return any(whole.search(text.upper()) for name in ELSEWHERE for text in strings(request.get(name)))


def hides_words(request: Mapping[str, Any], submit: Submit) -> bool:
    """Whether a server keeps so much of the description back that the reference may have been in it."""
    shown = plain(request.get("description")).rstrip(".… ")
    return not shown or (len(shown) >= SHORTEST_CUT and plain(description(submit)).startswith(shown))


def may_be(request: Mapping[str, Any], submit: Submit, *, since: datetime) -> bool:
    """Whether a request whose words we cannot see may be ours, by its service, time and place."""
    code, at = exact(request.get("service_code")), read_time(request.get("requested_datetime"), since)
    place = read_location(request)
    return (
        code in ("", submit.service_code)
        and (at is None or at >= since)
        and (place is None or submit.location is None or metres(place, submit.location) <= MOVED)
    )


def nearest(
    requests: Iterable[Mapping[str, Any]],
    service_code: str,
    location: Location | None,
    address: str,
    *,
    now: datetime,
    since: datetime,
) -> list[Nearby]:
    """Return the open requests of a service since then that are close to a place or at the same address."""
    found = {}
    for request in requests:
        code, number = exact(request.get("service_code")), number_of(request)
        at = read_time(request.get("requested_datetime"), now) or now
        if not number or code not in ("", service_code) or at < since or read_status(request, now).status != "open":
            continue
        place, there = read_location(request), plain(request.get("address") or request.get("address_string"))
        distance = metres(place, location) if place and location else None
        if same_address(there, address) or (distance is not None and distance <= NEAR):
            found[number] = Nearby(service_request_id=number, requested_datetime=at, address=there, distance=distance)
    return sorted(found.values(), key=lambda nearby: nearby.distance or 0.0)[:MOST_NEARBY]
