"""Asking back instead of guessing: the nearest readings as choices, then other words, then a person."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.titles import Titles

NAME = "action_ask_back"
PERSON = "talk_to_person"
#: So many misses in a row before this one, and a person is offered.
PATIENCE = 2
#: Less likely than this, the best reading is not worth offering.
LEAST = 0.15
#: A third reading is offered when it is at least this part as likely as the best.
NEAR = 0.25
#: Actions that happen in every turn and say nothing of how it went.
ROUTINE = frozenset({"action_listen", "action_session_start", "action_extract_slots"})


class ActionAskBack(Action):
    """Runs when a message was not understood for sure."""

    def __init__(self, titles: Titles | None = None) -> None:
        self._given = titles

    @cached_property
    def _titles(self) -> Titles:
        return self._given or Titles.load(Path("data"))

    def name(self) -> str:
        """Return the name that the rules call it by."""
        return NAME

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Offer the nearest readings; a person after misses in a row."""
        language = tracker.get_slot("language") or "en"
        if misses(tracker) >= PATIENCE:
            dispatcher.utter_message(response="utter_offer_person", buttons=self._buttons([PERSON], language))
        elif readings := self._readings(tracker.latest_message):
            dispatcher.utter_message(response="utter_ask_back", buttons=self._buttons(readings, language))
        else:
            dispatcher.utter_message(response="utter_not_understood")
        return []

    def _readings(self, message: dict[str, Any]) -> list[str]:
        """Return the two or three likeliest intents that can be offered; none when even the best is a wild guess."""
        ranking = message.get("response_selector", {}).get("default", {}).get("ranking", [])
        likely = [
            (entry["intent_response_key"], entry["confidence"])
            for entry in ranking
            if entry["intent_response_key"] in self._titles.by_intent
        ]
        if not likely or likely[0][1] < LEAST:
            return []
        near = [intent for intent, chance in likely[2:3] if chance >= NEAR * likely[0][1]]
        return [intent for intent, _ in likely[:2]] + near

    def _buttons(self, intents: list[str], language: str) -> list[dict[str, str]]:
        return [{"title": self._titles.of(i, language) or i, "payload": f"/{i}"} for i in intents]


def misses(tracker: Tracker) -> int:
    """Return how many turns in a row, before this one, ended in asking back."""
    count = 0
    for event in reversed(tracker.events):
        if event.get("event") != "action" or event["name"] in {*ROUTINE, (tracker.active_loop or {}).get("name")}:
            continue
        if event["name"] != NAME:
            break
        count += 1
    return count
