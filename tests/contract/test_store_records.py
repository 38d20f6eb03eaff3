"""Tracker events, alerts and the embedded register keep what they are given, once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.errors import LeaseLost
from store import alerts, conversations, media, requests, tracker_events
from store.requests import Box, ServiceRequest

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """A transaction with one conversation, c1."""
    with engine.begin() as conn:
        conversations.find_or_create(conn, "sms", "+1", now=NOW, new_id=lambda: "c1")
        yield conn


def request(number: str, reference: str = "R1") -> ServiceRequest:
    return ServiceRequest(
        service_request_id=number,
        reference=reference,
        service_code="pothole",
        attributes={"size": "large"},
        lat=1.5,
        requested_datetime=NOW,
        updated_datetime=NOW,
    )


def test_events_come_back_in_order(conn: Connection) -> None:
    assert tracker_events.load(conn, "c1") == []
    events: list[dict[str, Any]] = [
        {"event": "user", "text": "ü", "metadata": {"a": [1, None]}},
        {"event": "action"},
        {"event": "bot"},
    ]
    tracker_events.append(conn, "c1", events[:2], 0)
    tracker_events.append(conn, "c1", [], 2)
    tracker_events.append(conn, "c1", events[2:], 2)
    assert tracker_events.load(conn, "c1") == events


@pytest.mark.parametrize("position", [0, 1])
def test_events_where_another_turn_has_written_are_refused(conn: Connection, position: int) -> None:
    tracker_events.append(conn, "c1", [{"event": "a"}, {"event": "b"}], 0)
    with pytest.raises(LeaseLost, match="without this turn"):
        tracker_events.append(conn, "c1", [{"event": "c"}, {"event": "d"}], position)


def test_an_alert_is_raised_once_for_its_subject(conn: Connection) -> None:
    for kind, subject in [("hand_over", "i1"), ("hand_over", "i1"), ("parked_message", "i1"), ("hand_over", "i2")]:
        alerts.add(conn, kind, "c1", subject, now=NOW)
    raised = [(alert.kind, alert.subject) for alert in alerts.open_alerts(conn)]
    assert raised == [("hand_over", "i1"), ("parked_message", "i1"), ("hand_over", "i2")]


def test_a_request_is_filed_once_for_its_reference(conn: Connection) -> None:
    first = requests.file(conn, request("2026-000001"))
    assert first == request("2026-000001")
    assert requests.file(conn, request("2026-000002")) == first
    assert requests.by_reference(conn, "R1") == requests.get(conn, "2026-000001") == first
    assert requests.get(conn, "2026-000002") is None


def test_a_request_never_takes_another_ones_number(conn: Connection) -> None:
    requests.file(conn, request("2026-000001"))
    with pytest.raises(IntegrityError), conn.begin_nested():
        requests.file(conn, request("2026-000001", "R2"))
    assert requests.by_reference(conn, "R2") is None


def test_a_status_changes_with_its_notes_and_time(conn: Connection) -> None:
    requests.file(conn, request("2026-000001"))
    requests.set_status(conn, "2026-000001", status="closed", notes="Filled.", now=NOW + MINUTE)
    closed = replace(request("2026-000001"), status="closed", status_notes="Filled.", updated_datetime=NOW + MINUTE)
    assert requests.get(conn, "2026-000001") == closed


@pytest.mark.parametrize(
    ("taken", "following"),
    [
        ([], "2026-000001"),
        (["2025-000009"], "2026-000001"),
        (["2026-000009", "2026-000010"], "2026-000011"),
        (["2026-999999", "2026-1000000"], "2026-1000001"),
    ],
)
def test_numbers_go_up_within_the_year(conn: Connection, taken: list[str], following: str) -> None:
    for number in taken:
        requests.file(conn, request(number, number))
    assert requests.next_number(conn, NOW) == following


def test_requests_filed_at_once_get_numbers_of_their_own(engine: Engine) -> None:
    def file(reference: int) -> str:
        with engine.begin() as conn:
            return requests.file(conn, request(requests.next_number(conn, NOW), str(reference))).service_request_id

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(file, range(12)))
    assert sorted(numbers) == [f"2026-{number:06d}" for number in range(1, 13)]


def placed(number: str, **values: Any) -> ServiceRequest:
    return replace(request(number, number), **values)


def numbers(found: list[ServiceRequest]) -> list[str]:
    return [request.service_request_id for request in found]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["5", "4", "3", "2", "1"]),
        ({"service_codes": ["noise", "graffiti"]}, ["3", "2"]),
        ({"statuses": ["closed"]}, ["4", "2"]),
        ({"statuses": ["closed", "open"], "service_codes": ["pothole"]}, ["5", "4", "1"]),
        ({"since": NOW + 2 * MINUTE, "until": NOW + 3 * MINUTE}, ["4", "3"]),
        ({"limit": 2}, ["5", "4"]),
        ({"limit": 2, "offset": 2}, ["3", "2"]),
        ({"limit": 2, "offset": 6}, []),
    ],
)
def test_requests_are_listed_newest_first_and_page_by_page(
    conn: Connection, asked: dict[str, Any], found: list[str]
) -> None:
    kinds = [("pothole", "open"), ("noise", "closed"), ("graffiti", "open"), ("pothole", "closed"), ("pothole", "open")]
    for minute, (code, status) in enumerate(kinds):
        at = NOW + minute * MINUTE
        requests.file(conn, placed(str(minute + 1), service_code=code, status=status, requested_datetime=at))
    every: dict[str, Any] = {"since": NOW, "until": NOW + 5 * MINUTE, "limit": 10}
    assert numbers(requests.listing(conn, **every | asked)) == found


def test_requests_of_one_moment_have_an_order_all_the_same(conn: Connection) -> None:
    for number in ("2", "3", "1"):
        requests.file(conn, placed(number))
    pages = [requests.listing(conn, since=NOW, until=NOW, limit=1, offset=offset) for offset in range(3)]
    assert [numbers(page) for page in pages] == [["3"], ["2"], ["1"]]
    assert numbers(requests.some(conn, ["1", "no-such", "3"])) == ["3", "1"]
    assert requests.some(conn, []) == []


def test_open_requests_are_found_in_a_box_or_when_they_have_an_address(conn: Connection) -> None:
    for number, values in {
        "inside": {"lat": 10.0, "long": 20.0},
        "on the edge": {"lat": 10.5, "long": 20.5},
        "north": {"lat": 10.6, "long": 20.0},
        "west": {"lat": 10.0, "long": 19.4},
        "addressed": {"lat": None, "address": "12 Oak Street"},
        "nowhere": {"lat": None},
        "closed": {"lat": 10.0, "long": 20.0, "status": "closed"},
        "noise": {"lat": 10.0, "long": 20.0, "service_code": "noise"},
    }.items():
        requests.file(conn, placed(number, **values))
    box = Box(south=9.5, north=10.5, west=19.5, east=20.5)
    assert set(numbers(requests.open_near(conn, "pothole", box, limit=9))) == {"inside", "on the edge", "addressed"}
    assert numbers(requests.open_near(conn, "pothole", None, limit=9)) == ["addressed"]
    assert len(requests.open_near(conn, "pothole", box, limit=2)) == 2


def test_a_box_may_lie_across_the_180th_meridian(conn: Connection) -> None:
    for number, long in {"west": 179.95, "east": -179.95, "far": 0.0}.items():
        requests.file(conn, placed(number, long=long))
    box = Box(south=1, north=2, west=179.9, east=-179.9)
    assert set(numbers(requests.open_near(conn, "pothole", box, limit=9))) == {"west", "east"}


def test_a_new_request_takes_the_next_number_once(conn: Connection) -> None:
    first = requests.file_new(conn, request(""))
    assert first == request("2026-000001")
    assert requests.file_new(conn, request("", "R2")).service_request_id == "2026-000002"
    assert requests.file_new(conn, request("")) == first


def test_a_dispute_opens_the_case_again_and_counts_once(conn: Connection) -> None:
    requests.file(conn, replace(request("7"), description="A hole.", status="closed", status_notes="Filled."))
    for _ in range(2):
        requests.reopen(conn, "7", reference="R2", words="\nStill there.", now=NOW + MINUTE)
    case = requests.by_reference(conn, "R2")
    assert case is not None
    assert (case.service_request_id, case.status, case.status_notes) == ("7", "open", "Filled.")
    assert (case.description, case.updated_datetime) == ("A hole.\nStill there.", NOW + MINUTE)
    # Closed again, it stays so when the same dispute comes once more.
    requests.set_status(conn, "7", status="closed", notes="Filled again.", now=NOW)
    requests.reopen(conn, "7", reference="R2", words="\nStill there.", now=NOW + MINUTE)
    assert requests.by_reference(conn, "R1") == replace(
        case, status="closed", status_notes="Filled again.", updated_datetime=NOW
    )


def test_a_picture_comes_back_as_it_was(conn: Connection) -> None:
    picture = media.Picture("m1", "image/png", bytes(range(256)))
    media.add(conn, picture, now=NOW)
    assert media.get(conn, "m1") == picture
    assert media.get(conn, "m2") is None
