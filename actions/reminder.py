"""Reminds citizens, once, of a report that they began and did not finish."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Engine

from actions.intake.questions import SERVICE
from actions.intake.services import Catalogue
from actions.reference import show_code
from actions.telling import Said, Teller
from bot.phrases import Phrases
from store import interviews
from store.engine import reading
from store.interviews import Unfinished

#: So many are reminded in one run.
AT_ONCE = 50
UNTOUCHED_FOR = timedelta(hours=24)
#: Hours of the town's day in which we write of our own accord.
FIRST_HOUR, LAST_HOUR = 8, 21
#: What was put aside is kept for so long, as citizens are told.
KEPT_FOR = timedelta(days=30)


class Reminder:
    """Looks for forgotten interviews; the reminder and that it was given are one transaction."""

    def __init__(
        self,
        engine: Engine,
        catalogue: Callable[[], Catalogue],
        phrases: Phrases,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        timezone: tzinfo | None,
    ) -> None:
        """`timezone` is the town's; None is the machine's own."""
        self._engine = engine
        self._catalogue = catalogue
        self._teller = Teller(phrases, new_id)
        self._clock = clock
        self._timezone = timezone

    async def run_once(self) -> int:
        """Remind whom there is to remind now, and forget what was kept long enough; return how many reminders."""
        return await asyncio.to_thread(self._run)

    def _run(self) -> int:
        now = self._clock()
        with self._engine.begin() as conn:
            interviews.forget_put_aside(conn, before=now - KEPT_FOR)
        if not FIRST_HOUR <= now.astimezone(self._timezone).hour < LAST_HOUR:
            return 0
        with reading(self._engine) as conn:
            forgotten = interviews.to_remind(conn, untouched_since=now - UNTOUCHED_FOR, limit=AT_ONCE)
        for unfinished in forgotten:
            self._remind(unfinished, now)
        return len(forgotten)

    def _remind(self, unfinished: Unfinished, now: datetime) -> None:
        with self._engine.begin() as conn:
            if interviews.reminded(conn, unfinished.id, untouched_since=now - UNTOUCHED_FOR, now=now):
                said, language = self._said(unfinished), unfinished.language
                self._teller.tell(conn, unfinished.conversation_id, said, language=language, now=now)

    def _said(self, unfinished: Unfinished) -> list[Said]:
        answers = unfinished.state.get("answers") or {}
        service = self._catalogue().get(answers.get(SERVICE))
        about: Said = ("utter_intake_reminder_open", {})
        if service is not None:
            about = ("utter_intake_reminder", {"service": service.name(unfinished.language)})
        if unfinished.code is None:
            return [about, ("utter_intake_reminder_go_on", {})]
        return [about, ("utter_intake_reminder_code", {"code": show_code(unfinished.code)})]
