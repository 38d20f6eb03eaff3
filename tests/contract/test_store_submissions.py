"""Reports on their way: handed out once, asked after by their token, never lost and never doubled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.messages import Location, Submit
from store import conversations, submissions

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


def test_a_report_is_handed_out_once_and_comes_back_if_nothing_is_heard(conn: Connection) -> None:
    submissions.add(conn, "c1", POTHOLE, now=NOW)
    assert submissions.any_due(conn, now=NOW)
    [claimed] = due(conn)
    assert not submissions.any_due(conn, now=NOW)
    assert claimed == submissions.Submission("R1", "c1", POTHOLE, "submitting", 0, None, NOW)
    assert due(conn) == []
    again = replace(claimed, tried_at=NOW)
    assert due(conn, NOW + MINUTE) == [again]
    submissions.submitted(conn, "R1", service_request_id="2026-000001", now=NOW)
    assert due(conn, NOW + 5 * MINUTE) == []
    assert submissions.get(conn, "R1") == replace(again, state="submitted", service_request_id="2026-000001")


def test_a_report_that_failed_is_tried_again_later(conn: Connection) -> None:
    submissions.add(conn, "c1", POTHOLE, now=NOW)
    due(conn)
    submissions.retry(conn, "R1", error="BackendUnavailable", next_attempt_at=NOW + 5 * MINUTE)
    assert due(conn, NOW + 2 * MINUTE) == []
    assert [(again.reference, again.attempts) for again in due(conn, NOW + 5 * MINUTE)] == [("R1", 1)]


@pytest.mark.parametrize("arrived", [None, False])
def test_a_report_counts_as_tried_from_its_first_claim_unless_it_certainly_did_not_arrive(
    conn: Connection, arrived: bool | None
) -> None:
    submissions.add(conn, "c1", POTHOLE, now=NOW)
    assert [claimed.tried_at for claimed in due(conn)] == [None]
    submissions.retry(conn, "R1", error="x", next_attempt_at=NOW + MINUTE, arrived=arrived)
    assert [claimed.tried_at for claimed in due(conn, NOW + MINUTE)] == [NOW if arrived is None else None]


def test_a_report_with_a_token_is_asked_after_and_no_more_handed_out(conn: Connection) -> None:
    submissions.add(conn, "c1", POTHOLE, now=NOW)
    due(conn)
    submissions.accepted(conn, "R1", token="t1", next_attempt_at=NOW + MINUTE)
    later = NOW + 2 * MINUTE
    assert due(conn, later) == []
    assert submissions.any_due(conn, now=later)
    [claimed] = submissions.claim_accepted(conn, now=later, lease_for=MINUTE, limit=9)
    assert (claimed.state, claimed.token, claimed.attempts) == ("accepted", "t1", 0)
    assert submissions.claim_accepted(conn, now=later, lease_for=MINUTE, limit=9) == []
    submissions.ask_again(conn, "R1", next_attempt_at=NOW + 9 * MINUTE)
    assert not submissions.any_due(conn, now=NOW + 8 * MINUTE)
    [claimed] = submissions.claim_accepted(conn, now=NOW + 9 * MINUTE, lease_for=MINUTE, limit=9)
    assert claimed.attempts == 1
    submissions.submitted(conn, "R1", service_request_id="7", now=later)
    submissions.ask_again(conn, "R1", next_attempt_at=NOW)
    assert not submissions.any_due(conn, now=NOW + 99 * MINUTE)


def test_a_report_may_be_submitted_without_a_number(conn: Connection) -> None:
    submissions.add(conn, "c1", POTHOLE, now=NOW)
    submissions.submitted(conn, "R1", service_request_id=None, now=NOW)
    kept = submissions.get(conn, "R1")
    assert kept is not None
    assert (kept.state, kept.service_request_id) == ("submitted", None)
    assert due(conn) == []


def test_the_newest_reference_of_a_case_counts_and_only_where_it_was_reported(conn: Connection) -> None:
    for minute, reference in enumerate(["R1", "R2"]):
        submissions.add(conn, "c1", replace(POTHOLE, reference=reference), now=NOW + minute * MINUTE)
        submissions.submitted(conn, reference, service_request_id="7", now=NOW)
    assert submissions.reference_of(conn, "c1", "7") == "R2"
    assert submissions.reference_of(conn, "c1", "8") is None
    assert submissions.reference_of(conn, "c2", "7") is None


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
