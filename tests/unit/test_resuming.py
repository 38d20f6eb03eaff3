"""What a message takes up: by a code, by "continue" where something was put aside, and nothing by guessing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.resuming import MOST_WRONG, WITHIN, TakenUp, going_on, look_up, noted
from store import conversations, interviews

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
STATE = {"asked": "location"}
CODE = "K7QX2M"
GOES_ON: Sequence[Mapping[str, Any]] = [{"event": "slot", "name": "intake", "value": STATE}]
KEPT = TakenUp(code=CODE, state=STATE, language="es")


def wrong(times: int, at: datetime = NOW) -> list[dict[str, Any]]:
    return [{"event": "user", "metadata": {"wrong_code_at": at.isoformat()}} for _ in range(times)]


@pytest.fixture
def store(small_store: Engine) -> Engine:
    """A store in which conversation c1 has put something aside, and c2 nothing."""
    with small_store.begin() as conn:
        for number in "12":
            conversations.find_or_create(conn, "sms", number, now=NOW, new_id=f"c{number}".__str__)
        interviews.put_aside(conn, "c1", CODE, STATE, language="es", now=NOW, new_id=lambda: "i1")
    return small_store


@pytest.mark.parametrize(
    ("conversation", "text", "events", "found"),
    [
        ("c2", "K7QX2M", (), KEPT),
        ("c2", "my code is k7q-x2m, thanks", (), KEPT),
        ("c1", "K7Q-X2M", GOES_ON, KEPT),  # the interview that goes on is put aside in its turn
        ("c2", "K7Q-X2N", (), TakenUp(code="K7QX2N")),
        ("c2", "code K7Q-X2N please", (), TakenUp(code="K7QX2N")),
        ("c2", "the sign on pole K7Q-X2N fell over this morning", (), TakenUp(code="K7QX2N", is_all=False)),
        ("c2", "when is trash day", (), None),
        ("c1", "continue", (), KEPT),
        ("c1", "¡Continuar!", (), KEPT),
        ("c1", "Kaldığım yerden devam", (), KEPT),
        ("c1", "تابع", (), KEPT),
        ("c2", "continue", (), None),  # nothing was put aside here
        ("c1", "continue", GOES_ON, None),  # that is an answer
        ("c2", "K7QX2M", wrong(MOST_WRONG - 1), KEPT),
        ("c2", "K7QX2M", wrong(MOST_WRONG), TakenUp(code=CODE)),  # it looks like guessing
        ("c2", "K7QX2M", wrong(MOST_WRONG, NOW - WITHIN), KEPT),  # that was some time ago
    ],
)
def test_what_a_message_takes_up(
    store: Engine, conversation: str, text: str, events: Sequence[Mapping[str, Any]], found: TakenUp | None
) -> None:
    with store.begin() as conn:
        assert look_up(conn, conversation, text, events, NOW) == found


@pytest.mark.parametrize(
    ("values", "is_noted", "state"),
    [([], False, None), ([STATE], True, STATE), ([STATE, None], True, None), ([None, STATE], True, STATE)],
)
def test_the_last_event_says_how_far_the_interview_is(
    values: list[Any], is_noted: bool, state: Mapping[str, Any] | None
) -> None:
    events = [{"event": "slot", "name": "intake", "value": value} for value in values]
    events += [{"event": "slot", "name": "language", "value": "en"}, {"event": "user"}]
    assert noted(events) == (is_noted, state)
    assert going_on(events) is (state is not None)
