"""Tells what became of a report: by its reference, or those of this conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine

from actions import cases, town_words
from actions.backends.base import Backend, CaseStatus
from actions.cases import Case
from actions.reference import EXAMPLE, find_reference
from actions.titles import Titles
from bot.errors import BackendError
from store.engine import reading

#: So many cases are told when nobody named one.
MOST_CASES = 3
#: What to say of a report without a number, by its state.
WITHOUT_NUMBER = {"parked": "with_staff", "accepted": "accepted", "submitted": "numberless"}


class ActionCaseStatus(Action):
    """Whoever knows a whole reference may see its state; a case's number counts only where the case is known."""

    def __init__(
        self, engine: Engine | None = None, backend: Backend | None = None, titles: Titles | None = None
    ) -> None:
        if engine is None or backend is None:
            from actions.standalone import dependencies

            engine, backend = dependencies()
        self._engine = engine
        self._backend = backend
        self._given = titles

    @cached_property
    def _titles(self) -> Titles:
        return self._given or Titles.load(Path("data"))

    def name(self) -> str:
        return "action_case_status"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        message = tracker.latest_message or {}
        text = str(message.get("text") or "")
        found = await asyncio.to_thread(self._look_up, text, tracker.sender_id)
        if not found:
            missing = "utter_case_unknown" if find_reference(text) else "utter_case_none"
            dispatcher.utter_message(response=missing, example=EXAMPLE)
            return []
        statuses = await self._statuses([case.number for case in found if case.number])
        for case in found:
            response, values = _told(case, statuses.get(case.number or ""))
            # The choices of the last message are those that a number means: with several cases there are none.
            buttons = self._choices(case, statuses, tracker.get_slot("language") or "en") if len(found) == 1 else []
            dispatcher.utter_message(response=response, buttons=buttons, case=case.shown, **values)
        return []

    def _look_up(self, text: str, conversation_id: str) -> Sequence[Case]:
        with reading(self._engine) as conn:
            named = cases.named(conn, conversation_id, text, None)
            return cases.of_conversation(conn, conversation_id)[:MOST_CASES] if named is None else named

    async def _statuses(self, numbers: Sequence[str]) -> Mapping[str, CaseStatus]:
        try:
            return await self._backend.statuses(numbers) if numbers else {}
        except BackendError:
            return {}

    def _choices(self, case: Case, statuses: Mapping[str, CaseStatus], language: str) -> list[dict[str, str]]:
        status = statuses.get(case.number or "")
        if status is None:
            return []
        if status.status == "open":
            intents = [] if case.is_followed else ["follow_case"]
        else:
            intents = ["dispute_case"] if case.submission else []
        titled = self._titles.choices(intents, language)
        return [{**choice, "payload": f"{choice['payload']} {case.number}"} for choice in titled]


def _told(case: Case, status: CaseStatus | None) -> tuple[str, dict[str, str]]:
    """Return the response and its values."""
    if case.number is None:
        state = case.submission.state if case.submission else ""
        return f"utter_case_{WITHOUT_NUMBER.get(state, 'waiting')}", {}
    if status is None:
        return "utter_case_unreachable", {}
    notes = town_words.plain(status.status_notes)
    values = {"updated": status.updated_datetime.date().isoformat()}
    response = f"utter_case_{status.status}"
    if notes:
        response, values["notes"] = f"{response}_notes", notes
    if status.status == "open" and status.expected_datetime is not None:
        response, values["expected"] = f"{response}_expected", status.expected_datetime.date().isoformat()
    return response, values
