"""Tracker events, submissions, alerts and the embedded register keep what they are given, once."""

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
from bot.messages import Location, Submit
from store import alerts, conversations, requests, submissions, tracker_events
from store.requests import ServiceRequest

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POTHOLE = Submit(
    reference="R1",
    service_code="pothole",
    attributes={"size": "large", "lanes": ["left", "right"]},
    description="Tief 🕳",
    location=Location(latitude=1.5, longitude=-2.5),
)


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """A transaction with one conversation, c1."""
    with engine.begin() as conn:
        conversations.find_or_create(conn, "sms", "+1", now=NOW, new_id=lambda: "c1")
        yield conn


def due(conn: Connection, now: datetime = NOW) -> list[submissions.Submission]:
    return submissions.claim_due(conn, now=now, lease_for=MINUTE, limit=10)


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


def test_a_report_is_handed_out_once_and_comes_back_if_nothing_is_heard(conn: Connection) -> None:
    submissions.add(conn, "c1", POTHOLE, now=NOW)
    assert submissions.any_due(conn, now=NOW)
    [claimed] = due(conn)
    assert not submissions.any_due(conn, now=NOW)
    assert claimed == submissions.Submission("R1", "c1", POTHOLE, "submitting", 0, None, NOW)
    assert due(conn) == []
    assert due(conn, NOW + MINUTE) == [claimed]
    submissions.submitted(conn, "R1", service_request_id="2026-000001", now=NOW)
    assert due(conn, NOW + 5 * MINUTE) == []
    assert submissions.get(conn, "R1") == replace(claimed, state="submitted", service_request_id="2026-000001")


def test_a_report_that_failed_is_tried_again_later(conn: Connection) -> None:
    submissions.add(conn, "c1", POTHOLE, now=NOW)
    due(conn)
    submissions.retry(conn, "R1", error="BackendUnavailable", next_attempt_at=NOW + 5 * MINUTE)
    assert due(conn, NOW + 2 * MINUTE) == []
    assert [(again.reference, again.attempts) for again in due(conn, NOW + 5 * MINUTE)] == [("R1", 1)]


def test_a_parked_report_is_not_tried_again_but_may_turn_out_to_have_arrived(conn: Connection) -> None:
    submissions.add(conn, "c1", POTHOLE, now=NOW)
    due(conn)
    submissions.park(conn, "R1", error="BackendRefused", now=NOW)
    assert due(conn, NOW + 5 * MINUTE) == []
    submissions.submitted(conn, "R1", service_request_id="7", now=NOW)
    submissions.retry(conn, "R1", error="late", next_attempt_at=NOW)
    kept = submissions.get(conn, "R1")
    assert kept is not None
    assert (kept.state, kept.service_request_id) == ("submitted", "7")


def test_reports_are_listed_newest_first_for_their_conversation_only(conn: Connection) -> None:
    conversations.find_or_create(conn, "sms", "+2", now=NOW, new_id=lambda: "c2")
    for minute, (reference, of) in enumerate([("R1", "c1"), ("R2", "c1"), ("R3", "c2")]):
        submissions.add(conn, of, replace(POTHOLE, reference=reference), now=NOW + minute * MINUTE)
    assert [kept.reference for kept in submissions.of_conversation(conn, "c1")] == ["R2", "R1"]
    assert submissions.get(conn, "R9") is None


def test_a_reference_that_is_taken_is_not_overwritten(engine: Engine, conn: Connection) -> None:
    submissions.add(conn, "c1", POTHOLE, now=NOW)
    with pytest.raises(IntegrityError), conn.begin_nested():
        submissions.add(conn, "c1", POTHOLE, now=NOW)
    assert len(submissions.of_conversation(conn, "c1")) == 1


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
