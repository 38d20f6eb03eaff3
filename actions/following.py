"""What citizens decide about news of a case: hear of it, that it is fixed, no more news at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.reference import EXAMPLE


def about(tracker: Tracker) -> str | None:
    """Return the number of the case that a pressed choice is about."""
    number: str | None = ((tracker.latest_message or {}).get("metadata") or {}).get("about")
    return number


class ActionFollowCase(Action):
    """Runs when "tell me when it changes" was pressed."""

    def name(self) -> str:
        return "action_follow_case"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        number = about(tracker)
        if number is None:
            dispatcher.utter_message(response="utter_case_none", example=EXAMPLE)
            return []
        language = tracker.get_slot("language") or "en"
        dispatcher.utter_message(response="utter_case_followed", number=number)
        effect = {"kind": "follow", "service_request_id": number, "language": language}
        dispatcher.utter_message(json_message={"effect": effect})
        return []


class ActionCaseFixed(Action):
    """Runs when a closed case was said to be fixed: nobody needs to look at it again."""

    def name(self) -> str:
        return "action_case_fixed"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        dispatcher.utter_message(response="utter_case_fixed")
        if number := about(tracker):
            dispatcher.utter_message(json_message={"effect": {"kind": "unfollow", "service_request_id": number}})
        return []


class ActionStopUpdates(Action):
    """Runs when a citizen wants no more news."""

    def name(self) -> str:
        return "action_stop_updates"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        dispatcher.utter_message(response="utter_updates_stopped")
        dispatcher.utter_message(json_message={"effect": {"kind": "unfollow"}})
        return []
