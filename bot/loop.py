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
from rasa.shared.core.events import ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from actions.intake.interview import Interview, Reply, Say
from bot.errors import ContentError
from bot.messages import Location
from bot.phrases import Phrases
from bot.tracker import LANGUAGE

NAME = "intake_form"
STATE = "intake"
#: Intents that may be answered in the middle of an interview, when the text does not answer the question.
SIDE_INTENTS = frozenset({"faq", "ask_bot", "talk_to_person", "check_status", "thanks", "greet", "change_language"})
#: How sure the side question must be, so that an address is not taken for one.
SIDE_CONFIDENCE = 0.5
#: A topic is asked in so many words at least: "large" is a misread answer, not a question about large items.
TOPIC_WORDS = 3


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
        if not reply.understood and tracker.active_loop_name == NAME and _is_side_question(message):
            raise ActionExecutionRejection(NAME)
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
            return self._interview.start(message.text or "", language=language, now=self._clock())
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            return self._interview.ask_again(state, language)
        extras: Mapping[str, Any] = message.metadata or {}
        return self._interview.answer(
            state,
            message.text or "",
            choice=extras.get("choice"),
            location=Location(**extras["location"]) if extras.get("location") else None,
            attachments=tuple(extras.get("attachments") or ()),
            language=language,
            now=self._clock(),
            new_reference=self._new_reference,
        )


def _is_side_question(message: UserUttered) -> bool:
    intent, text = message.intent or {}, message.text or ""
    if intent.get("name") == "faq" and "?" not in text and len(text.split()) < TOPIC_WORDS:
        return False
    return intent.get("name") in SIDE_INTENTS and float(intent.get("confidence") or 0) >= SIDE_CONFIDENCE


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
