"""The interview within Rasa: what it asks of the world, what it says, how it begins and ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from intake_citizen import INTERVIEW, PHRASES, REFERENCE, ROOT
from rasa.core.actions.action import ActionExecutionRejection
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

import bot.loop
from actions.backends.base import Nearby
from actions.intake.services import Catalogue
from bot.errors import BackendUnavailable
from bot.loop import NAME, RESUME, IntakeLoop
from bot.messages import Location

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=timezone(timedelta(hours=-5)))
CODE = "K7QX2M"
DOMAIN = Domain.from_yaml((ROOT / "domain.yml").read_text(encoding="utf-8"))
LATE = Nearby(service_request_id="2026-000123", requested_datetime=datetime(2026, 3, 4, 2, 0, tzinfo=UTC), address="")


class Register:
    """Answers the question for cases close by with what it is given, and remembers what it was asked."""

    def __init__(self, answer: Sequence[Nearby] | Exception = (), waits: float = 0) -> None:
        self.answer = answer
        self.waits = waits
        self.asked: list[tuple[str, Location | None, str]] = []

    async def near(self, service_code: str, location: Location | None, address: str) -> Sequence[Nearby]:
        self.asked.append((service_code, location, address))
        await asyncio.sleep(self.waits)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Conversation:
    """Plays messages to the loop, as Rasa's processor does."""

    def __init__(self, register: Register | None = None) -> None:
        self.register = register or Register()
        self.catalogue = INTERVIEW.catalogue
        self.tracker = DialogueStateTracker("c", DOMAIN.slots)
        self.loop = IntakeLoop(
            lambda: self.catalogue, self.register.near, PHRASES, lambda: NOW, lambda: REFERENCE, lambda: CODE
        )
        self.events: list[Event] = []

    async def says(self, text: str, intent: str = "report", sure: float = 1.0, **metadata: Any) -> str:
        """Run one step; return what is said."""
        self.tracker.update(ActionExecuted("action_listen"), DOMAIN)
        heard = UserUttered(text, intent={"name": intent, "confidence": sure}, metadata=metadata)
        self.tracker.update(heard, DOMAIN)
        self.events = await self.loop.run(CollectingOutputChannel(), None, self.tracker, DOMAIN)
        for event in self.events:
            self.tracker.update(event, DOMAIN)
        return "\n".join(event.text or "" for event in self._uttered() if not event.data.get("custom"))

    def _uttered(self) -> list[BotUttered]:
        return [event for event in self.events if isinstance(event, BotUttered)]

    def effects(self) -> list[dict[str, Any]]:
        return [event.data["custom"]["effect"] for event in self._uttered() if event.data.get("custom")]

    @property
    def active(self) -> bool:
        return bool(self.tracker.active_loop_name == NAME)

    @property
    def state(self) -> dict[str, Any] | None:
        kept: dict[str, Any] | None = self.tracker.get_slot("intake")
        return kept


async def at_the_size(register: Register | None = None) -> Conversation:
    talk = Conversation(register)
    await talk.says("There is a pothole near the library")
    await talk.says("12 Oak Street")
    return talk


async def test_a_report_becomes_one_effect() -> None:
    talk = await at_the_size()
    for text in ("2", "4", "1 and 3"):
        heard = await talk.says(text)
    assert "Shall we send it?" in heard
    heard = await talk.says("1")
    [submit] = talk.effects()
    assert (submit["kind"], submit["reference"], submit["follow"]) == ("submit", REFERENCE, True)
    assert REFERENCE in heard
    assert (talk.active, talk.state) == (False, None)


async def test_put_aside_and_taken_up_again() -> None:
    talk = await at_the_size()
    heard = await talk.says("save")
    assert "Your answers are kept for 30 days. Write K7Q-X2M here" in heard
    [aside] = talk.effects()
    assert (aside["kind"], aside["code"], aside["language"]) == ("put_aside", CODE, "en")
    assert (talk.active, talk.state) == (False, None)
    elsewhere = Conversation()
    heard = await elsewhere.says("k7q x2m", RESUME, take_up={"code": CODE, "state": aside["state"]})
    assert heard == "Welcome back. Your report is about: Pothole.\nHow big is the hole?"
    assert elsewhere.effects() == [{"kind": "take_up", "code": CODE}]
    assert elsewhere.active
    await elsewhere.says("2")
    assert elsewhere.state is not None
    assert elsewhere.state["answers"]["attr.size"] == "medium"


@pytest.mark.parametrize("metadata", [{"take_up": {"code": "ABCDEF", "state": None}}, {"take_up": None}, {}])
async def test_without_anything_to_take_up_nothing_begins(metadata: dict[str, Any]) -> None:
    talk = Conversation()
    assert "I can't find a saved report." in await talk.says("go on with my saved report", RESUME, **metadata)
    assert (talk.active, talk.effects()) == (False, [])


async def test_what_goes_on_meanwhile_is_put_aside_in_its_turn() -> None:
    talk = await at_the_size()
    present = talk.state
    other = {"answers": {"service": "noise", "location": {"address": "1 Elm Street"}}, "asked": "attr.kind"}
    heard = await talk.says("B5D7FG", RESUME, take_up={"code": "B5D7FG", "state": other})
    assert "To go on with them, write K7Q-X2M.\nWelcome back. Your report is about: Noise." in heard
    assert [effect["kind"] for effect in talk.effects()] == ["put_aside", "take_up"]
    assert talk.effects()[0]["state"] == present


async def test_a_person_who_takes_over_leaves_the_answers_kept() -> None:
    talk = await at_the_size()
    heard = await talk.says("talk to a person")
    assert "I have asked a person" in heard
    assert "Your answers are kept for 30 days. To go on with them, write K7Q-X2M." in heard
    assert [effect["kind"] for effect in talk.effects()] == ["hand_over", "put_aside"]


async def test_nothing_is_put_aside_when_nothing_was_said() -> None:
    talk = Conversation()
    talk.catalogue = Catalogue.of(())
    assert "I can't take reports at the moment" in await talk.says("report")
    heard = await talk.says("1")
    assert [effect["kind"] for effect in talk.effects()] == ["hand_over"]
    assert "K7Q" not in heard


async def test_a_case_close_by_is_offered_with_its_day_in_the_town() -> None:
    talk = await at_the_size(Register([LATE]))
    assert talk.register.asked == [("pothole", None, "12 Oak Street")]
    [asked] = [event for event in talk.events if isinstance(event, BotUttered)]
    titles = [button["title"] for button in asked.data["buttons"]]
    assert titles == ["Follow 2026-000123 (2026-03-03)", "Report mine too"]
    await talk.says("1")
    assert talk.effects() == [{"kind": "follow", "service_request_id": "2026-000123", "language": "en"}]
    assert not talk.active


@pytest.mark.parametrize(
    "register", [Register(BackendUnavailable("down")), Register(KeyError("odd")), Register([LATE], 9)]
)
async def test_a_register_that_fails_or_is_slow_holds_nothing_up(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.loop, "LONGEST_LOOK", 0.02)
    talk = await at_the_size(register)
    assert len(register.asked) == 1
    assert talk.state is not None
    assert talk.state["asked"] == "attr.size"


async def test_each_step_sees_the_catalogue_of_its_time() -> None:
    talk = await at_the_size()
    services = talk.catalogue.services.values()
    talk.catalogue = Catalogue.of(service for service in services if service.service_code != "pothole")
    assert "We no longer take that kind of report." in await talk.says("2")


async def test_a_question_about_something_else_is_left_to_its_rule() -> None:
    talk = await at_the_size()
    with pytest.raises(ActionExecutionRejection):
        await talk.says("when is my trash collected?", "faq")


async def test_who_wants_to_be_left_alone_is() -> None:
    talk = await at_the_size()
    assert "nothing was sent" in await talk.says("leave me alone please", "stop_talking")
    assert SlotSet("intake", None) in talk.events
    assert ActiveLoop(None) in talk.events
