"""Saying that a closed case is not fixed, and what else citizens decide about its news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine

from actions.backends.base import CaseStatus
from actions.backends.memory import MemoryBackend
from actions.dispute import ActionDisputeCase
from actions.following import ActionCaseFixed, ActionFollowCase, ActionStopUpdates
from bot.effects import effect_of
from bot.errors import BackendUnavailable
from bot.messages import Effect, Follow, Location, Submit, Unfollow
from store import conversations, follows, submissions

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEW, AGAIN = "K7QX-2M9D-4HTR", "K7QX-2M9D-4HTX", "K7QX-2M9D-4HTW"
REPORT = Submit(
    reference=OLD,
    service_code="pothole",
    attributes={"size": "large", "lane": ["left"]},
    description="A hole.",
    address_string="12 Oak St",
    location=Location(latitude=1.5, longitude=2.5),
    media_url="https://pictures/1",
    language="es",
)


class Backend(MemoryBackend):
    """Answers with the states that it is given, unless it is down."""

    def __init__(self) -> None:
        super().__init__(lambda: NOW)
        self.states: dict[str, CaseStatus] = {}
        self.is_down = False

    async def statuses(self, service_request_ids: Sequence[str]) -> Mapping[str, CaseStatus]:
        if self.is_down:
            raise BackendUnavailable("It is down.")
        return {number: self.states[number] for number in service_request_ids if number in self.states}


class Town:
    """Two citizens and what they reported."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.backend, self._made = engine, Backend(), 0
        with engine.begin() as conn:
            conversations.find_or_create(conn, "sms", "+1", now=NOW, new_id=lambda: "c1")
            conversations.find_or_create(conn, "sms", "+2", now=NOW, new_id=lambda: "c2")

    def report(self, number: str | None, report: Submit = REPORT, *, of: str = "c1") -> None:
        self._made += 1
        with self.engine.begin() as conn:
            submissions.add(conn, of, report, now=NOW + self._made * timedelta(minutes=1))
            if number is not None:
                submissions.submitted(conn, report.reference, service_request_id=number, now=NOW)

    def set(self, number: str, status: Literal["open", "closed"], at: datetime = NOW) -> None:
        self.backend.states[number] = CaseStatus(status=status, status_notes="", updated_datetime=at)

    async def say(self, text: str = "Not fixed", *, of: str = "c1", **metadata: Any) -> tuple[str, Submit | None]:
        """Return the response, and the report that it leads to."""
        said, effects = await run(ActionDisputeCase(self.engine, self.backend, lambda: NEW), text, of, **metadata)
        effect = effects[0] if effects else None
        assert effect is None or isinstance(effect, Submit)
        return said, effect


async def run(action: Action, text: str, of: str = "c1", **metadata: Any) -> tuple[str, list[Effect]]:
    dispatcher = CollectingDispatcher()
    slots = {"language": "en"}
    tracker = Tracker(of, slots, {"text": text, "metadata": metadata}, [], False, None, {}, "action_listen")
    await action.run(dispatcher, tracker, {})
    said, *effects = dispatcher.messages
    return str(said["response"]), [effect_of(message["custom"]["effect"]) for message in effects]


@pytest.fixture
def town(small_store: Engine) -> Town:
    return Town(small_store)


async def test_the_pressed_choice_reports_the_same_again_and_says_what_it_disputes(town: Town) -> None:
    town.report("7")
    town.set("7", "closed")
    said, report = await town.say(about="7", picked=True)
    assert said == "utter_dispute_sent"
    assert report == replace(
        REPORT,
        reference=NEW,
        description="Not fixed: case 7 was closed on 2026-03-04.",
        media_url=None,
        language="en",
        follow=True,
        disputes="7",
    )


async def test_the_citizens_words_and_picture_go_along(town: Town) -> None:
    town.report("7")
    town.set("7", "closed")
    _, report = await town.say("it's still there, look", attachments=["https://pictures/2"])
    assert report is not None
    assert report.description == "Not fixed: case 7 was closed on 2026-03-04. it's still there, look"
    assert report.media_url == "https://pictures/2"


async def test_without_a_name_the_case_that_was_closed_last_is_meant(town: Town) -> None:
    town.report("7")
    town.report("8", replace(REPORT, reference=AGAIN))
    town.set("7", "closed", NOW + DAY)
    town.set("8", "closed", NOW)
    _, report = await town.say("still broken")
    assert report is not None
    assert report.disputes == "7"


@pytest.mark.parametrize("text", [f"{OLD.lower()} is not fixed", "case 7 is not fixed"])
async def test_a_named_case_is_meant_even_if_another_was_closed_later(town: Town, text: str) -> None:
    town.report("7")
    town.report("8", replace(REPORT, reference=AGAIN))
    town.set("7", "closed", NOW)
    town.set("8", "closed", NOW + DAY)
    _, report = await town.say(text)
    assert report is not None
    assert report.disputes == "7"


async def test_a_number_says_nothing_where_the_case_is_not_known_but_a_reference_does(town: Town) -> None:
    town.report("7")
    town.set("7", "closed")
    assert await town.say("case 7 is not fixed", of="c2") == ("utter_dispute_which", None)
    said, _ = await town.say(f"{OLD} is not fixed", of="c2")
    assert said == "utter_dispute_sent"


@pytest.mark.parametrize("reported", [None, "7"])
async def test_a_case_that_is_not_closed_is_said_to_be_open(town: Town, reported: str | None) -> None:
    town.report(reported)
    town.set("7", "open")
    assert await town.say() == ("utter_dispute_open", None)


async def test_without_reports_the_reference_is_asked_for(town: Town) -> None:
    assert await town.say() == ("utter_dispute_which", None)
    assert await town.say(AGAIN) == ("utter_dispute_which", None)


async def test_somebody_elses_case_is_reported_again_by_whoever_follows_it(town: Town) -> None:
    with town.engine.begin() as conn:
        follows.add(conn, "c1", "9", language="en", status="closed", now=NOW)
    town.set("9", "closed")
    assert await town.say(about="9") == ("utter_dispute_of_others", None)


async def test_pressing_twice_disputes_once(town: Town) -> None:
    town.report("7")
    town.set("7", "closed")
    town.report(None, replace(REPORT, reference=AGAIN, disputes="7"))
    assert await town.say(about="7") == ("utter_dispute_underway", None)


@pytest.mark.parametrize("number", ["7", "12"])
async def test_a_dispute_stands_for_the_case_whether_it_was_opened_again_or_numbered_anew(
    town: Town, number: str
) -> None:
    town.report("7")
    town.set("7", "closed")
    town.report(number, replace(REPORT, reference=AGAIN, disputes="7"))
    town.set(number, "open")
    assert await town.say(about="7") == ("utter_dispute_open", None)
    town.set(number, "closed", NOW + DAY)
    _, report = await town.say(about="7", picked=True)
    assert report is not None
    assert (report.disputes, report.description) == (
        number,
        f"Not fixed: case {number} was closed on 2026-03-05.",
    )


async def test_while_the_town_does_not_answer_what_it_said_last_counts(town: Town) -> None:
    town.report("7")
    town.backend.is_down = True
    assert await town.say(about="7") == ("utter_case_unreachable", None)
    with town.engine.begin() as conn:
        follows.add(conn, "c1", "7", language="en", status="closed", now=NOW)
    said, report = await town.say(about="7", picked=True)
    assert said == "utter_dispute_sent"
    assert report is not None
    assert report.description == "Not fixed: case 7 was closed."


@pytest.mark.parametrize(
    ("action", "about", "said", "effect"),
    [
        (ActionFollowCase(), "7", "utter_case_followed", Follow(service_request_id="7", language="en")),
        (ActionFollowCase(), None, "utter_case_none", None),
        (ActionCaseFixed(), "7", "utter_case_fixed", Unfollow(service_request_id="7")),
        (ActionCaseFixed(), None, "utter_case_fixed", None),
        (ActionStopUpdates(), None, "utter_updates_stopped", Unfollow()),
    ],
)
async def test_what_is_decided_about_news_is_an_effect(
    action: Action, about: str | None, said: str, effect: Effect | None
) -> None:
    assert await run(action, "pressed", about=about) == (said, [effect] if effect else [])
