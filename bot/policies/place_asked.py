"""The policy that takes an answer to whom asked: "Main Street" after "where are you?" is no question of its own.

A street, a postal code or a shared position means nothing to the classifier; what it was asked for says the slot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.policies.sure import SurePolicy

ACTION, SLOT = "action_find_place", "places"
#: Its own intents; the rules answer them.
OWN = frozenset({"find_place", "place_details"})
#: What is never an answer, when it is read for sure.
ELSEWHERE = frozenset(
    "talk_to_person check_status dispute_case case_fixed follow_case stop_updates resume_report help greet goodbye "
    "thanks stop_talking change_language ask_bot annoyed insult".split()
)
#: With so many words it may be a question about something else.
LONG = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False)
class PlaceAskedPolicy(SurePolicy):
    """Predicts the search for places, surely, after it asked for something; otherwise nothing."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings a config.yml may change."""
        return {
            # Above the policy that asks back, 7: an answer to a question is not unclear.
            "priority": 8,
            # A reading as sure as this is taken for what it says, and not for an answer.
            "sure": 0.8,
        }

    def action(self, tracker: DialogueStateTracker) -> str | None:
        message = tracker.latest_message
        if message is None or _intent(message) in OWN:
            return None
        if tracker.latest_action_name == ACTION:
            # No rule knows that the citizen's turn comes then.
            return ACTION_LISTEN_NAME
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            return None
        memory: Mapping[str, Any] = tracker.get_slot(SLOT) or {}
        return ACTION if self._is_answer(message, asked=bool(memory.get("waiting"))) else None

    def _is_answer(self, message: UserUttered, *, asked: bool) -> bool:
        """Tell whether a message answers the question; a position without words belongs here at any time."""
        metadata, text = message.metadata or {}, (message.text or "").strip()
        if metadata.get("location"):
            return asked or not text
        if not asked or metadata.get("picked"):
            return False
        sure = float((message.intent or {}).get("confidence") or 0) >= self.config["sure"]
        return not sure or (_intent(message) not in ELSEWHERE and len(text.split()) < LONG)


def _intent(message: UserUttered) -> str:
    return str((message.intent or {}).get("name") or "")
