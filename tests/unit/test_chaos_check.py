"""The checker of the chaos run finds each kind of broken promise: else its silence would prove nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, update

from benchmarks.chaos import check
from store.engine import migrate, open_engine
from store.tables import conversations, inbox, outbox, requests, submissions

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CONFIRMED = {"100 Oak Street": "AAAA", "101 Oak Street": "BBBB"}


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Engine]:
    """Books in order: two messages, answered in turn, and two reports."""
    url = f"sqlite:///{tmp_path}/town.db"
    migrate(url)
    engine = open_engine(url)
    with engine.begin() as conn:
        conn.execute(insert(conversations).values(id="c", channel="sms", address="+1", created_at=NOW))
        for number in ("1", "2"):
            row = {"conversation_id": "c", "channel": "sms", "body": {}, "next_attempt_at": NOW}
            conn.execute(insert(inbox).values(id=number, provider_id=number, state="done", received_at=NOW, **row))
            conn.execute(
                insert(outbox).values(id=number, inbox_id=number, address="+1", state="sent", created_at=NOW, **row)
            )
        for place, reference in CONFIRMED.items():
            conn.execute(
                insert(submissions).values(
                    reference=reference,
                    conversation_id="c",
                    effect={},
                    state="submitted",
                    next_attempt_at=NOW,
                    created_at=NOW,
                )
            )
            file_request(conn, reference, place)
    yield engine
    engine.dispose()


def file_request(conn, reference: str, place: str) -> None:  # type: ignore[no-untyped-def]
    conn.execute(
        insert(requests).values(
            service_request_id=reference,
            reference=reference,
            service_code="graffiti",
            status="open",
            attributes={},
            address=place,
            requested_datetime=NOW,
            updated_datetime=NOW,
        )
    )


def all_broken(engine: Engine) -> str:
    return "\n".join([*check.check_messages(engine, 2), *check.check_reports(engine, CONFIRMED)])


def test_books_in_order_break_nothing(books: Engine) -> None:
    assert all_broken(books) == ""
    assert check.open_work(books) == 0
    assert check.answered(books) == 2


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (delete(inbox).where(inbox.c.id == "2"), "2 messages were accepted, 1 were kept"),
        (update(inbox).where(inbox.c.id == "2").values(state="parked"), "message 2 is parked"),
        (delete(outbox).where(outbox.c.id == "2"), "message 2 has no answer"),
        (update(outbox).where(outbox.c.id == "2").values(state="failed"), "an answer to message 2 is failed"),
        (update(submissions).values(state="parked"), "submission AAAA is parked"),
        (delete(submissions), "2 reports were confirmed, 0 submissions were made"),
        (delete(requests), "the report about 100 Oak Street is not in the register"),
        (update(requests).values(address="100 Oak Street"), "about 100 Oak Street was submitted 2 times"),
        (
            update(requests).where(requests.c.reference == "AAAA").values(address="999 Elm Street"),
            "a report about 999 Elm Street is in the register, but nobody confirmed it",
        ),
        (
            update(requests).where(requests.c.reference == "AAAA").values(reference="CCCC"),
            "the citizen was told AAAA for 100 Oak Street, the register says CCCC",
        ),
    ],
)
def test_each_broken_promise_is_found(books: Engine, change, found: str) -> None:  # type: ignore[no-untyped-def]
    with books.begin() as conn:
        conn.execute(change)
    assert found in all_broken(books)


def test_answers_in_the_wrong_order_are_found(books: Engine) -> None:
    with books.begin() as conn:
        for seq, answers in ((1, "2"), (2, "1")):
            conn.execute(update(outbox).where(outbox.c.seq == seq).values(inbox_id=answers))
    assert "conversation c was answered out of order" in all_broken(books)


def test_repeats_are_counted() -> None:
    assert check.repeats(["a", "a", "b", "a", "a", "a"]) == 3
