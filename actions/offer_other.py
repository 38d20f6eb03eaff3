"""Offers the second of two requests in one message, after the first was answered."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.readings import REPORT
from actions.titles import Titles

NAME = "action_offer_other"


class ActionOfferOther(Action):
    """Runs after the answer to a message that asked for something else too."""

    def __init__(self, titles: Titles | None = None) -> None:
        self._given = titles

    @cached_property
    def _titles(self) -> Titles:
        return self._given or Titles.load(Path("data"))

    def name(self) -> str:
        """Return the name that the policy calls it by."""
        return NAME

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Offer it by its title; say nothing when it has none."""
        other = str((tracker.latest_message or {}).get("other_request") or "")
        if choices := self._titles.choices([other], tracker.get_slot("language") or "en"):
            response = "utter_also_report" if other == REPORT else "utter_also"
            dispatcher.utter_message(response=response, buttons=choices)
        return []
