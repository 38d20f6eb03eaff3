"""The interview as Rasa sees it: one loop under the form's name, around `actions.intake`, which knows no Rasa."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
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
from actions.intake.interview import Interview, Reply, Say
from actions.intake.say import COMMAND
from actions.readings import NOTHING_KNOWN, readings
from bot.errors import ContentError
from bot.messages import Location
from bot.phrases import Phrases
from bot.tracker import LANGUAGE

NAME = "intake_form"
STATE = "intake"
#: The interview's command to end without sending anything.
LEAVE = f"{COMMAND}:menu"
#: Intents that may be answered in the middle of an interview, when the text does not answer the question.
SIDE_INTENTS = frozenset(
    "faq out_of_scope help ask_bot who_are_you how_are_you talk_to_person check_status thanks greet change_language "
    "annoyed insult".split()
)
#: Of these a few words are a misread answer: "large" is no question about large items, "no" no sign of anger.
WORDY_INTENTS = frozenset({"faq", "out_of_scope", "annoyed", "insult"})
#: Ends the interview: who wants to be left alone is not asked the next question.
STOP_TALKING = "stop_talking"
#: How sure a side question must be, so that an answer is not taken for one: less when it has a question mark.
SIDE_CONFIDENCE, ASKED_CONFIDENCE = 0.9, 0.5
#: A question or a complaint has so many words at least, or a question mark: "on the sidewalk" answers us.
FEWEST_WORDS = 4
#: In these languages what English says with small words is part of a longer one.
FEWEST_LONG_WORDS = {"tr": 3, "ar": 3}
#: Offers of choices; a report that is picked from them was described in the message before.
OFFERS = frozenset({ask_back.NAME, offer_other.NAME})


class IntakeLoop(Action):
    """Asks the interview's questions until it is confirmed, left, or handed to a person."""

    def __init__(
        self, interview: Interview, phrases: Phrases, clock: Callable[[], datetime], new_reference: Callable[[], str]
    ) -> None:
        self._interview = interview
        self._phrases = phrases
        self._clock = clock
        self._new_reference = new_reference

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
        language = str(tracker.get_slot(LANGUAGE) or "en")
        reply = self._step(tracker, message, language)
        if not reply.understood and tracker.active_loop_name == NAME:
            if _is_side_question(message, language):
                raise ActionExecutionRejection(NAME)
            if (message.intent or {}).get("name") == STOP_TALKING and _is_sure(message, SIDE_CONFIDENCE):
                reply = self._answer(tracker.get_slot(STATE), message, language, choice=LEAVE)
        said = self._utter(reply.says, language, output_channel.name())
        return [*_opening(tracker), *said, *_outcome(reply)]

    def _utter(self, says: Sequence[Say], language: str, channel: str) -> list[Event]:
        """Word one step as one message: as an SMS, each message costs; the last thing said is what is asked."""
        if not says:
            return []
        # Not by Rasa's generator (3.6.21): a citizen's "0[" in a value makes it show the response unfilled.
        texts = [self._phrases.say(say.response, language, channel, **say.values) for say in says]
        buttons = [{"title": option.title, "payload": option.value} for option in says[-1].choices]
        return [create_bot_utterance({"text": "\n".join(texts), "buttons": buttons})]

    def _step(self, tracker: DialogueStateTracker, message: UserUttered, language: str) -> Reply:
        state = tracker.get_slot(STATE)
        if tracker.active_loop_name != NAME:
            return self._interview.start(_described(tracker, message), language=language, now=self._clock())
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            return self._interview.ask_again(state, language)
        return self._answer(state, message, language, choice=(message.metadata or {}).get("choice"))

    def _answer(self, state: Mapping[str, Any], message: UserUttered, language: str, *, choice: str | None) -> Reply:
        extras: Mapping[str, Any] = message.metadata or {}
        return self._interview.answer(
            state,
            message.text or "",
            choice=choice,
            location=Location(**extras["location"]) if extras.get("location") else None,
            attachments=tuple(extras.get("attachments") or ()),
            language=language,
            now=self._clock(),
            new_reference=self._new_reference,
        )


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


def _opening(tracker: DialogueStateTracker) -> list[Event]:
    return [] if tracker.active_loop_name == NAME else [ActiveLoop(NAME)]


def _outcome(reply: Reply) -> list[Event]:
    if reply.outcome is None:
        return [SlotSet(STATE, reply.state)]
    done: list[Event] = [SlotSet(STATE, None), ActiveLoop(None)]
    if reply.submit is not None:
        return [_effect({"kind": "submit", **asdict(reply.submit)}), *done]
    if reply.outcome == "person":
        return [_effect({"kind": "hand_over", "reason": "interview"}), *done]
    return done


def _effect(effect: Mapping[str, Any]) -> Event:
    return create_bot_utterance({"custom": {"effect": effect}})
