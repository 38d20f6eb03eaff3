"""Asking what became of a report, and for a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine

import actions
from actions.backends.base import CaseStatus
from actions.backends.memory import MemoryBackend
from actions.status import ActionCaseStatus
from bot.errors import BackendUnavailable
from bot.messages import Submit
from bot.phrases import Phrases
from store import conversations, submissions
from store.engine import migrate, open_engine

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINE, OLDER, FOREIGN = "K7QX-2M9D-4HTR", "K7QX-2M9D-4HTX", "K7QX-2M9D-4HTW"
PHRASES = Phrases.load(ROOT / "data/responses")


class Town:
    """Two reports of one citizen, one of another; the newest of the first and the foreign one are cases."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.backend = MemoryBackend(lambda: NOW)
        with engine.begin() as conn:
            for number, (reference, address) in enumerate([(OLDER, "+1"), (MINE, "+1"), (FOREIGN, "+2")]):
                conversation = conversations.find_or_create(
                    conn, "sms", address, now=NOW, new_id=lambda address=address: f"c{address}"
                )
                at = NOW + timedelta(minutes=number)
                submissions.add(conn, conversation, Submit(reference=reference, service_code="noise"), now=at)

    async def hand_over(self, reference: str) -> str:
        accepted = await self.backend.submit(Submit(reference=reference, service_code="noise"))
        number = str(accepted.service_request_id)
        with self.engine.begin() as conn:
            submissions.submitted(conn, reference, service_request_id=number, now=NOW)
        return number

    async def tell(self, text: str, conversation_id: str = "c+1", backend: Any = None) -> list[str]:
        action = ActionCaseStatus(self.engine, backend or self.backend)
        dispatcher = CollectingDispatcher()
        await action.run(dispatcher, tracker(conversation_id, text), {})
        return [
            PHRASES.say(message["response"], "en", "sms", **{k: v for k, v in message.items() if isinstance(v, str)})
            for message in dispatcher.messages
        ]


def tracker(sender: str, text: str) -> Tracker:
    return Tracker(sender, {}, {"text": text}, [], False, None, {}, "action_listen")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    url = f"sqlite:///{tmp_path}/town.db"
    migrate(url)
    engine = open_engine(url)
    yield Town(engine)
    engine.dispose()


async def test_the_whole_reference_opens_the_case_from_anywhere(town: Town) -> None:
    await town.hand_over(MINE)
    (said,) = await town.tell(f"what about {MINE.lower()}?", conversation_id="c+2")
    assert said == f"Case 1 ({MINE}) is open. Last news: 2026-03-04."


async def test_staffs_words_are_passed_on(town: Town) -> None:
    number = await town.hand_over(MINE)
    town.backend.set_status(number, CaseStatus(status="closed", status_notes="All quiet.", updated_datetime=NOW))
    assert await town.tell(MINE) == [f"Case 1 ({MINE}) is closed since 2026-03-04: All quiet."]


async def test_without_a_reference_ones_own_cases_are_told_newest_first(town: Town) -> None:
    await town.hand_over(MINE)
    first, second = await town.tell("what about my report?")
    assert first.startswith("Case 1")
    assert second == f"Report {OLDER} is safe with us. It has no case number yet."


async def test_a_case_number_is_known_only_where_the_report_was_made(town: Town) -> None:
    await town.hand_over(MINE)
    number = await town.hand_over(FOREIGN)
    assert all(FOREIGN not in said for said in await town.tell(f"case {number}"))
    (own,) = await town.tell(f"case {number}", conversation_id="c+2")
    assert FOREIGN in own


async def test_a_parked_report_is_with_staff(town: Town) -> None:
    with town.engine.begin() as conn:
        submissions.park(conn, MINE, error="BackendRefused", now=NOW)
    assert await town.tell(MINE) == [f"Report {MINE} is with our staff. They take care of it by hand."]


async def test_an_unknown_reference_and_no_reports_are_said_so(town: Town) -> None:
    (unknown,) = await town.tell("2345-6789-CDFG")
    assert unknown.startswith("I don't find a report")
    (none,) = await town.tell("my case", conversation_id="somebody else")
    assert none.startswith("You have no reports here yet")


async def test_a_backend_that_is_down_is_no_failed_turn(town: Town) -> None:
    class Down(MemoryBackend):
        async def status(self, service_request_id: str) -> CaseStatus | None:
            raise BackendUnavailable("It is down; try again.")

    await town.hand_over(MINE)
    (said,) = await town.tell(MINE, backend=Down(lambda: NOW))
    assert "ask again later" in said


async def test_every_action_is_built_and_handing_over_is_an_effect(town: Town) -> None:
    built = {action.name(): action for action in actions.build(town.engine, town.backend)}
    assert {"action_case_status", "action_hand_over"} <= set(built)
    dispatcher = CollectingDispatcher()
    await built["action_hand_over"].run(dispatcher, tracker("c+1", "a person please"), {})
    assert dispatcher.messages[0]["response"] == "utter_handed_over"
    assert dispatcher.messages[1]["custom"] == {"effect": {"kind": "hand_over", "reason": "asked"}}
