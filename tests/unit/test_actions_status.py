"""Asking what became of a report, and for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
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
from actions.titles import Titles
from bot.errors import BackendUnavailable
from bot.messages import Submit
from bot.phrases import Phrases
from store import conversations, follows, submissions
from store.engine import migrate, open_engine

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MINE, OLDER, FOREIGN = "K7QX-2M9D-4HTR", "K7QX-2M9D-4HTX", "K7QX-2M9D-4HTW"
PHRASES = Phrases.load(ROOT / "data/responses")
TITLES = Titles({intent: {"en": intent} for intent in ("follow_case", "dispute_case")})


class Town:
    """Two reports of one citizen, one of another; the newest of the first and the foreign one are cases."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.backend = MemoryBackend(lambda: NOW)
        with engine.begin() as conn:
            for number, (reference, address) in enumerate([(OLDER, "+1"), (MINE, "+1"), (FOREIGN, "+2")]):
                conversation = conversations.find_or_create(
                    conn, "sms", address, now=NOW, new_id=partial(str, f"c{address}")
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
        messages = await self._ask(text, conversation_id, backend)
        return [
            PHRASES.say(message["response"], "en", "sms", **{k: v for k, v in message.items() if isinstance(v, str)})
            for message in messages
        ]

    async def offers(self, text: str, conversation_id: str = "c+1") -> list[str]:
        """Return the payloads of the choices in the answer."""
        messages = await self._ask(text, conversation_id)
        return [choice["payload"] for message in messages for choice in message["buttons"]]

    async def _ask(self, text: str, conversation_id: str, backend: Any = None) -> list[dict[str, Any]]:
        action = ActionCaseStatus(self.engine, backend or self.backend, TITLES)
        dispatcher = CollectingDispatcher()
        await action.run(dispatcher, tracker(conversation_id, text), {})
        return list(dispatcher.messages)


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


async def test_when_the_work_should_be_done_is_told(town: Town) -> None:
    number = await town.hand_over(MINE)
    expected = CaseStatus(
        status="open", status_notes="", updated_datetime=NOW, expected_datetime=NOW + timedelta(days=9)
    )
    town.backend.set_status(number, expected)
    [said] = await town.tell(MINE)
    assert said.endswith("It should be done by 2026-03-13.")
    town.backend.set_status(number, replace(expected, status_notes="A crew comes."))
    [said] = await town.tell(MINE)
    assert "2026-03-13" in said
    assert said.endswith("A crew comes.")


async def test_news_of_an_open_case_are_offered_once_from_wherever_it_is_asked_for(town: Town) -> None:
    number = await town.hand_over(MINE)
    assert await town.offers(MINE) == [f"/follow_case {number}"]
    with town.engine.begin() as conn:
        follows.add(conn, "c+1", number, language="en", status="open", now=NOW)
    assert await town.offers(MINE) == []
    assert await town.offers(MINE, conversation_id="c+2") == [f"/follow_case {number}"]


async def test_of_several_cases_none_is_offered_to_be_followed(town: Town) -> None:
    await town.hand_over(MINE)
    assert await town.offers("what about my reports?") == []


async def test_a_closed_report_may_be_called_not_fixed(town: Town) -> None:
    number = await town.hand_over(MINE)
    town.backend.set_status(number, CaseStatus(status="closed", status_notes="", updated_datetime=NOW))
    assert await town.offers(MINE) == [f"/dispute_case {number}"]


async def test_a_followed_case_of_somebody_else_is_told_without_their_reference(town: Town) -> None:
    number = await town.hand_over(FOREIGN)
    with town.engine.begin() as conn:
        follows.add(conn, "c+1", number, language="en", status="", now=NOW)
    assert await town.tell(f"what about {number}?") == [f"Case {number} is open. Last news: 2026-03-04."]
    assert any(said.startswith(f"Case {number} is") for said in await town.tell("my cases"))


async def test_a_case_that_was_opened_again_is_told_once(town: Town) -> None:
    number = await town.hand_over(MINE)
    with town.engine.begin() as conn:
        again = Submit(reference="K7QX-2M9D-4HTC", service_code="noise", disputes=number)
        submissions.add(conn, "c+1", again, now=NOW + timedelta(days=1))
        submissions.submitted(conn, again.reference, service_request_id=number, now=NOW)
    told = await town.tell("what about my report?")
    assert [again.reference in said for said in told] == [True, False]


@pytest.mark.parametrize(
    ("state", "expected"),
    [("accepted", "The town has report"), ("submitted", "It gives no number for it")],
)
async def test_a_report_that_arrived_without_a_number_is_with_the_town(town: Town, state: str, expected: str) -> None:
    with town.engine.begin() as conn:
        if state == "accepted":
            submissions.accepted(conn, MINE, token="t", next_attempt_at=NOW)
        else:
            submissions.submitted(conn, MINE, service_request_id=None, now=NOW)
    [said] = await town.tell(MINE)
    assert expected in said


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
        async def statuses(self, service_request_ids: Sequence[str]) -> Mapping[str, CaseStatus]:
            raise BackendUnavailable("It is down; try again.")

    await town.hand_over(MINE)
    (said,) = await town.tell(MINE, backend=Down(lambda: NOW))
    assert "ask again later" in said


async def test_every_action_is_built_and_handing_over_is_an_effect(town: Town) -> None:
    built = {action.name(): action for action in actions.build(town.engine, town.backend)}
    assert {"action_case_status", "action_dispute_case", "action_hand_over"} <= set(built)
    dispatcher = CollectingDispatcher()
    await built["action_hand_over"].run(dispatcher, tracker("c+1", "a person please"), {})
    assert dispatcher.messages[0]["response"] == "utter_handed_over"
    assert dispatcher.messages[1]["custom"] == {"effect": {"kind": "hand_over", "reason": "asked"}}
