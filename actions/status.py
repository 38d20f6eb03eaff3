"""Tells what became of a report: by its reference, or those of this conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine

from actions.backends.base import Backend, CaseStatus
from actions.reference import EXAMPLE, find_reference
from bot.errors import BackendError
from store import submissions
from store.engine import reading
from store.submissions import Submission

#: So many cases are told when nobody named one.
MOST_CASES = 3


class ActionCaseStatus(Action):
    """Whoever knows a whole reference may see its state; a case's number counts only among one's own cases."""

    def __init__(self, engine: Engine | None = None, backend: Backend | None = None) -> None:
        if engine is None or backend is None:
            from actions.standalone import dependencies

            engine, backend = dependencies()
        self._engine = engine
        self._backend = backend

    def name(self) -> str:
        return "action_case_status"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        text = str((tracker.latest_message or {}).get("text") or "")
        reference = find_reference(text)
        found = await asyncio.to_thread(self._look_up, reference, text, tracker.sender_id)
        if not found:
            missing = "utter_case_unknown" if reference else "utter_case_none"
            dispatcher.utter_message(response=missing, example=EXAMPLE)
        for submission in found:
            response, values = await self._tell(submission)
            dispatcher.utter_message(response=response, reference=submission.reference, **values)
        return []

    def _look_up(self, reference: str | None, text: str, conversation_id: str) -> list[Submission]:
        with reading(self._engine) as conn:
            if reference is not None:
                named = submissions.get(conn, reference)
                return [named] if named else []
            own = submissions.of_conversation(conn, conversation_id)
        words = text.split()
        numbered = [one for one in own if one.service_request_id and one.service_request_id in words]
        return numbered or own[:MOST_CASES]

    async def _tell(self, submission: Submission) -> tuple[str, dict[str, str]]:
        """Return the response and its values."""
        number = submission.service_request_id
        if number is None:
            return ("utter_case_with_staff" if submission.state == "parked" else "utter_case_waiting"), {}
        try:
            status = (await self._backend.statuses([number])).get(number)
        except BackendError:
            status = None
        if status is None:
            return "utter_case_unreachable", {"number": number}
        return _response(status), {
            "number": number,
            "notes": status.status_notes,
            "updated": status.updated_datetime.date().isoformat(),
        }


def _response(status: CaseStatus) -> str:
    if status.status == "closed":
        return "utter_case_closed_notes" if status.status_notes else "utter_case_closed"
    return "utter_case_open_notes" if status.status_notes else "utter_case_open"
