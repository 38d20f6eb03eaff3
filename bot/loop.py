"""The interview as Rasa sees it: one loop under the form's name, around `actions.intake`, which knows no Rasa."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection, create_bot_utterance
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from actions import ask_back, offer_other
from actions.backends.base import Nearby
from actions.intake.finding import Likeness
from actions.intake.interview import Case, Interview, Reply, Say
from actions.intake.say import COMMAND
from actions.intake.services import Catalogue
from actions.intake.state import is_begun
from actions.readings import NOTHING_KNOWN, readings
from actions.reference import show_code
from bot.errors import ContentError
from bot.messages import Location
from bot.phrases import Phrases
from bot.tracker import LANGUAGE

logger = logging.getLogger(__name__)

NAME = "intake_form"
STATE = "intake"
#: The interview's command to end without sending anything.
LEAVE = f"{COMMAND}:menu"
#: Intents that may be answered in the middle of an interview, when the text does not answer the question.
SIDE_INTENTS = frozenset(
    "faq out_of_scope help ask_bot who_are_you how_are_you talk_to_person check_status find_place place_details thanks "
    "greet change_language annoyed insult dispute_case case_fixed follow_case stop_updates".split()
)
#: Of these a few words are a misread answer: "large" is no question about large items, "no" no sign of anger.
WORDY_INTENTS = frozenset({"faq", "out_of_scope", "annoyed", "insult"})
#: Ends the interview: who wants to be left alone is not asked the next question.
STOP_TALKING = "stop_talking"
#: Takes up what was put aside under a code.
RESUME = "resume_report"
#: Seconds that a look for cases close by may take.
LONGEST_LOOK = 2.0
#: Looks for open cases of a service at a place, or at an address.
LookUp = Callable[[str, Location | None, str], Awaitable[Sequence[Nearby]]]
#: How sure a side question must be, so that an answer is not taken for one: less when it has a question mark.
SIDE_CONFIDENCE, ASKED_CONFIDENCE = 0.9, 0.5
#: A question or a complaint has so many words at least, or a question mark: "on the sidewalk" answers us.
FEWEST_WORDS = 4
#: In these languages what English says with small words is part of a longer one.
FEWEST_LONG_WORDS = {"tr": 3, "ar": 3}
#: Offers of choices; a report that is picked from them was described in the message before.
OFFERS = frozenset({ask_back.NAME, offer_other.NAME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What one message leads to."""

    says: tuple[Say, ...] = ()
    effects: tuple[Mapping[str, Any], ...] = ()
    #: What the interview remembers; None when it has ended.
    state: Mapping[str, Any] | None = None


class IntakeLoop(Action):
    """Asks the interview's questions until it is confirmed, left, put aside, or handed to a person."""

    def __init__(
        self,
        catalogue: Callable[[], Catalogue],
        near: LookUp,
        phrases: Phrases,
        clock: Callable[[], datetime],
        new_reference: Callable[[], str],
        new_code: Callable[[], str],
        likeness: Likeness | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._near = near
        self._phrases = phrases
        self._clock = clock
        self._new_reference = new_reference
        self._new_code = new_code
        self._likeness = likeness

    def name(self) -> str:
        return NAME

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Take one step; rejects (so that a rule answers) when the text is a question about something else."""
        message = tracker.latest_message
        if message is None:
            raise ContentError("The interview was asked to run before anybody wrote; check data/rules.")
        # The catalogue may be a new one since the last message; one step sees one.
        interview = Interview(self._catalogue(), self._likeness)
        language = str(tracker.get_slot(LANGUAGE) or "en")
        active = tracker.active_loop_name == NAME
        if _takes_up(message, active):
            steps = self._take_up(interview, tracker, message, language)
        else:
            reply = self._step(interview, tracker, message, language)
            if active and not reply.understood:
                reply = self._not_an_answer(interview, tracker, message, language) or reply
            reply = await self._with_nearby(interview, reply, language)
            steps = self._ended(reply, language)
        said = self._utter(steps.says, language, output_channel.name())
        opening = [] if active else [ActiveLoop(NAME)]
        return [*opening, *map(_effect, steps.effects), *said, *_closing(steps)]

    def _utter(self, says: Sequence[Say], language: str, channel: str) -> list[Event]:
        """Word one step as one message: as an SMS, each message costs; the last thing said is what is asked."""
        if not says:
            return []
        # Not by Rasa's generator (3.6.21): a citizen's "0[" in a value makes it show the response unfilled.
        texts = [self._phrases.say(say.response, language, channel, **say.values) for say in says]
        buttons = [{"title": option.title, "payload": option.value} for option in says[-1].choices]
        return [create_bot_utterance({"text": "\n".join(texts), "buttons": buttons})]

    def _step(self, interview: Interview, tracker: DialogueStateTracker, message: UserUttered, language: str) -> Reply:
        state = tracker.get_slot(STATE)
        if tracker.active_loop_name != NAME:
            return interview.start(_described(tracker, message), language=language, now=self._clock())
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            return interview.ask_again(state, language)
        return self._answer(interview, state, message, language, choice=(message.metadata or {}).get("choice"))

    def _answer(
        self,
        interview: Interview,
        state: Mapping[str, Any],
        message: UserUttered,
        language: str,
        *,
        choice: str | None,
    ) -> Reply:
        extras: Mapping[str, Any] = message.metadata or {}
        return interview.answer(
            state,
            message.text or "",
            choice=choice,
            location=Location(**extras["location"]) if extras.get("location") else None,
            attachments=tuple(extras.get("attachments") or ()),
            language=language,
            now=self._clock(),
            new_reference=self._new_reference,
        )

    def _not_an_answer(
        self, interview: Interview, tracker: DialogueStateTracker, message: UserUttered, language: str
    ) -> Reply | None:
        """Leave a question about something else to its rule, and end for who wants no more; None for a misreading."""
        if _is_side_question(message, language):
            raise ActionExecutionRejection(NAME)
        if (message.intent or {}).get("name") == STOP_TALKING and _is_sure(message, SIDE_CONFIDENCE):
            return self._answer(interview, tracker.get_slot(STATE), message, language, choice=LEAVE)
        return None

    async def _with_nearby(self, interview: Interview, reply: Reply, language: str) -> Reply:
        """Offer what others reported at the same place; a register that is slow or down must not hold up a report."""
        if reply.near is None:
            return reply
        try:
            async with asyncio.timeout(LONGEST_LOOK):
                found = await self._near(reply.near.service_code, reply.near.location, reply.near.address)
        except Exception as error:
            logger.warning("Cases close by were not looked up: %s", type(error).__name__)
            return reply
        zone = self._clock().tzinfo
        cases = [
            Case(
                number=case.service_request_id,
                date=case.requested_datetime.astimezone(zone).date().isoformat(),
                address=case.address,
            )
            for case in found
        ]
        return interview.offer_nearby(reply, cases, language)

    def _take_up(
        self, interview: Interview, tracker: DialogueStateTracker, message: UserUttered, language: str
    ) -> Steps:
        """Go on with what was put aside; what goes on here meanwhile is put aside in its turn."""
        taken: Mapping[str, Any] = (message.metadata or {}).get("take_up") or {}
        present = tracker.get_slot(STATE) if tracker.active_loop_name == NAME else None
        if not taken.get("state"):
            return Steps(says=(Say("utter_intake_no_such_code", {}),), state=None)
        kept = self._put_aside(present, language, "utter_intake_kept") if present else Steps()
        reply = interview.resume(taken["state"], language)
        effects = (*kept.effects, {"kind": "take_up", "code": taken["code"]})
        return Steps(says=(*kept.says, *reply.says), effects=effects, state=reply.state)

    def _ended(self, reply: Reply, language: str) -> Steps:
        """Return what a reply asks of the world, with what is still to be said about it."""
        if reply.outcome is None:
            return Steps(says=reply.says, state=reply.state)
        if reply.submit is not None:
            return Steps(says=reply.says, effects=({"kind": "submit", **asdict(reply.submit)},))
        if reply.outcome == "followed":
            follow = {"kind": "follow", "service_request_id": reply.follow, "language": language}
            return Steps(says=reply.says, effects=(follow,))
        if reply.outcome == "put_aside":
            return self._put_aside(reply.state, language, "utter_intake_put_aside")
        if reply.outcome == "person":
            kept = self._put_aside(reply.state, language, "utter_intake_kept") if is_begun(reply.state) else Steps()
            hand_over = {"kind": "hand_over", "reason": "interview"}
            return Steps(says=(*reply.says, *kept.says), effects=(hand_over, *kept.effects))
        return Steps(says=reply.says)

    def _put_aside(self, state: Mapping[str, Any], language: str, response: str) -> Steps:
        code = self._new_code()
        aside = {"kind": "put_aside", "code": code, "state": dict(state), "language": language}
        return Steps(says=(Say(response, {"code": show_code(code)}),), effects=(aside,))


def _takes_up(message: UserUttered, active: bool) -> bool:
    """Tell whether a message is about what was put aside; within an interview only if it names such a thing."""
    taken = (message.metadata or {}).get("take_up") or {}
    return bool(taken.get("state")) if active else bool(taken) or (message.intent or {}).get("name") == RESUME


def _is_side_question(message: UserUttered, language: str) -> bool:
    name, text = (message.intent or {}).get("name"), message.text or ""
    asked = bool(set(text) & set("?؟"))
    fewest = FEWEST_LONG_WORDS.get(language, FEWEST_WORDS)
    if name in WORDY_INTENTS and not asked and len(text.split()) < fewest:
        return False
    ranking = readings(message.parse_data or {})
    # What is like nothing that was taught is an answer that was misread, not a question for another office.
    known = not ranking or ranking[0][0] != NOTHING_KNOWN
    return known and name in SIDE_INTENTS and _is_sure(message, ASKED_CONFIDENCE if asked else SIDE_CONFIDENCE)


def _is_sure(message: UserUttered, least: float) -> bool:
    return float((message.intent or {}).get("confidence") or 0) >= least


def _described(tracker: DialogueStateTracker, message: UserUttered) -> str:
    """Return what the citizen wrote of the matter: before a report was offered, if they picked it from an offer."""
    said = [event for event in tracker.applied_events() if isinstance(event, UserUttered)]
    if not (message.metadata or {}).get("picked") or len(said) < 2:
        return message.text or ""
    done = [e.action_name for e in tracker.applied_events() if isinstance(e, ActionExecuted) and e.action_name]
    offered = [name for name in done if name != ACTION_LISTEN_NAME][-1:]
    return (said[-2].text if offered and offered[0] in OFFERS else message.text) or ""


def _closing(steps: Steps) -> list[Event]:
    if steps.state is None:
        return [SlotSet(STATE, None), ActiveLoop(None)]
    return [SlotSet(STATE, steps.state)]


def _effect(effect: Mapping[str, Any]) -> Event:
    return create_bot_utterance({"custom": {"effect": effect}})
