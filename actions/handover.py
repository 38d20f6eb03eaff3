"""Asks a person to take over the conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


class ActionHandOver(Action):
    """Says so, and leaves the rest to the effect."""

    def name(self) -> str:
        return "action_hand_over"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        dispatcher.utter_message(response="utter_handed_over")
        dispatcher.utter_message(json_message={"effect": {"kind": "hand_over", "reason": "asked"}})
        return []
