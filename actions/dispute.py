"""Passes on that a case was closed and is not fixed: as a new report of the same thing that disputes the closing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine

from actions import cases
from actions.backends.base import Backend
from actions.cases import Case
from actions.following import about
from actions.reference import EXAMPLE, new_reference
from bot.errors import BackendError
from store import submissions
from store.engine import reading
from store.submissions import Submission

#: So many of a conversation's cases are looked at when it names none.
MOST_CASES = 20
#: Characters of the citizen's words that go along.
LONGEST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Closing:
    """Whether a case is closed, and since when; both None when nobody can tell."""

    is_closed: bool | None = None
    at: datetime | None = None


class ActionDisputeCase(Action):
    """Runs when a citizen says that something is still broken."""

    def __init__(
        self,
        engine: Engine | None = None,
        backend: Backend | None = None,
        new_reference: Callable[[], str] = new_reference,
    ) -> None:
        if engine is None or backend is None:
            from actions.standalone import dependencies

            engine, backend = dependencies()
        self._engine = engine
        self._backend = backend
        self._new_reference = new_reference

    def name(self) -> str:
        return "action_dispute_case"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        text = str((tracker.latest_message or {}).get("text") or "")
        found = await asyncio.to_thread(self._look_up, text, about(tracker), tracker.sender_id)
        closings = await self._closings(found)
        case, closing = _meant(found, closings)
        if case is None:
            dispatcher.utter_message(response="utter_dispute_which", example=EXAMPLE)
        elif case.submission is None:
            dispatcher.utter_message(response="utter_dispute_of_others", case=case.shown)
        elif case.number is None:
            underway = "underway" if case.submission.effect.disputes else "open"
            dispatcher.utter_message(response=f"utter_dispute_{underway}", case=case.shown)
        elif closing.is_closed is None:
            dispatcher.utter_message(response="utter_case_unreachable", case=case.shown)
        elif not closing.is_closed:
            dispatcher.utter_message(response="utter_dispute_open", case=case.shown)
        else:
            report = self._report(case.submission, closing, tracker)
            dispatcher.utter_message(response="utter_dispute_sent", number=case.number, reference=report["reference"])
            dispatcher.utter_message(json_message={"effect": {"kind": "submit", **report}})
        return []

    def _look_up(self, text: str, number: str | None, conversation_id: str) -> Sequence[Case]:
        """Return the case that is named, or all that may be meant, newest first."""
        with reading(self._engine) as conn:
            named = cases.named(conn, conversation_id, text, number)
            if named is None:
                own = [case for case in cases.of_conversation(conn, conversation_id) if case.submission]
                return own[:MOST_CASES]
            return [_standing(case, submissions.of_conversation(conn, conversation_id)) for case in named[:1]]

    async def _closings(self, found: Sequence[Case]) -> dict[str, Closing]:
        """Return what is known of each case by its number; what the citizen was told counts while nobody answers."""
        told = {
            case.number: Closing(case.followed.status == "closed", case.followed.changed_at)
            for case in found
            if case.number and case.followed and case.followed.status
        }
        try:
            statuses = await self._backend.statuses([case.number for case in found if case.number])
        except BackendError:
            return told
        now = {number: Closing(one.status == "closed", one.updated_datetime) for number, one in statuses.items()}
        return told | now

    def _report(self, disputed: Submission, closing: Closing, tracker: Tracker) -> dict[str, Any]:
        """Return the same report again, with what is new: the words, a picture, and what it disputes."""
        message = tracker.latest_message or {}
        extras = message.get("metadata") or {}
        closed = f" on {closing.at.date().isoformat()}" if closing.at else ""
        words = "" if extras.get("picked") else str(message.get("text") or "").strip()[:LONGEST_WORDS]
        report = replace(
            disputed.effect,
            reference=self._new_reference(),
            description=f"Not fixed: case {disputed.service_request_id} was closed{closed}. {words}".strip(),
            media_url=next(iter(extras.get("attachments") or ()), None),
            language=tracker.get_slot("language") or disputed.effect.language,
            follow=True,
            disputes=disputed.service_request_id,
        )
        return asdict(report)


def _standing(case: Case, own: Sequence[Submission]) -> Case:
    """Return the case that stands for this one now: the newest report that disputed it, if it was disputed."""
    before = case.submission
    if before is None or case.number is None:
        return case
    for later in own:
        if later.effect.disputes == case.number and later.created_at > before.created_at and later.state != "parked":
            same = later.service_request_id == case.number
            stands = Case(number=later.service_request_id, submission=later, followed=case.followed if same else None)
            return stands if same else _standing(stands, own)
    return case


def _meant(found: Sequence[Case], closings: Mapping[str, Closing]) -> tuple[Case | None, Closing]:
    """Return the case that was closed last, else the newest."""
    known = [(case, closings.get(case.number or "", Closing())) for case in found]
    closed = [(case, closing) for case, closing in known if closing.is_closed]
    dated = sorted(closed, key=lambda one: one[1].at.timestamp() if one[1].at else 0.0, reverse=True)
    return next(iter([*dated, *known]), (None, Closing()))
