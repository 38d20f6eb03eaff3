"""Asking back instead of guessing: the nearest readings as choices, then other words, then a person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.readings import readings
from actions.titles import Titles

NAME = "action_ask_back"
PERSON = "talk_to_person"
#: So many misses in a row before this one, and a person is offered.
PATIENCE = 2
#: Less likely than this, the best reading is not worth offering.
LEAST = 0.1
#: The same for what seems not to belong here: some of it does, in words that nobody foresaw.
LEAST_FOREIGN = 0.4
FALLBACK = "nlu_fallback"
#: So many readings are offered at most, each at least this part as likely as the best.
MOST, NEAR = 3, 0.25
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
        """Offer the nearest readings and a person; only a person after misses in a row."""
        language = tracker.get_slot("language") or "en"
        near = self._near(tracker.latest_message or {})
        if misses(tracker) >= PATIENCE:
            response, offered = "utter_offer_person", [PERSON]
        elif near:
            response = "utter_ask_back" if len(near) > 1 else "utter_ask_back_one"
            offered = [*near, PERSON]
        else:
            response, offered = "utter_not_understood", []
        dispatcher.utter_message(response=response, buttons=self._titles.choices(dict.fromkeys(offered), language))
        return []

    def _near(self, message: Mapping[str, Any]) -> list[str]:
        """Return the likeliest intents that can be offered, at most three; none when even the best is a wild guess."""
        likely = [(intent, chance) for intent, chance in readings(message) if intent in self._titles.by_intent]
        foreign = message.get("intent", {}).get("name") == FALLBACK
        if not likely or likely[0][1] < (LEAST_FOREIGN if foreign else LEAST):
            return []
        return [intent for intent, chance in likely[:MOST] if chance >= NEAR * likely[0][1]]


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
