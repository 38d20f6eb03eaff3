"""Carries reports to the service backend: each one once, with retries, and an honest word to the citizen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from actions.backends.base import Backend
from bot.errors import BackendAmbiguous
from bot.messages import Outbound
from bot.phrases import Phrases
from bot.retry import next_attempt
from store import alerts, conversations, outbox, submissions
from store.engine import reading
from store.submissions import Submission

logger = logging.getLogger(__name__)

#: So many reports travel side by side.
AT_ONCE = 10
#: Longest time for one report; the claim lasts longer, so that no other process takes it meanwhile.
LONGEST_CALL = 20.0
LEASE = timedelta(seconds=LONGEST_CALL + 10)


class Submitter:
    """Hands over what is due; keeps nothing in memory between two runs."""

    def __init__(
        self,
        engine: Engine,
        backend: Backend,
        phrases: Phrases,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        max_attempts: int,
    ) -> None:
        self._engine = engine
        self._backend = backend
        self._phrases = phrases
        self._clock = clock
        self._new_id = new_id
        self._max_attempts = max_attempts

    async def run_once(self) -> int:
        """Try everything that is due now; return how many reports that were."""
        due = await asyncio.to_thread(self._claim)
        await asyncio.gather(*(self._carry(submission) for submission in due))
        return len(due)

    def _claim(self) -> list[Submission]:
        now = self._clock()
        with reading(self._engine) as conn:
            if not submissions.any_due(conn, now=now):
                return []
        with self._engine.begin() as conn:
            return submissions.claim_due(conn, now=now, lease_for=LEASE, limit=AT_ONCE)

    async def _carry(self, submission: Submission) -> None:
        try:
            number = await self._hand_over(submission)
        except Exception as error:
            logger.warning("Report %s was not handed over: %s", submission.reference, type(error).__name__)
            await asyncio.to_thread(self._failed, submission, error)
        else:
            await asyncio.to_thread(self._submitted, submission, number)

    async def _hand_over(self, submission: Submission) -> str:
        """Look the reference up first, always: a process that died half-way left no trace of its try."""
        try:
            async with asyncio.timeout(LONGEST_CALL):
                known = await self._backend.find(submission.effect, tried_at=submission.created_at)
                return known or str((await self._backend.submit(submission.effect)).service_request_id)
        except TimeoutError as error:
            raise BackendAmbiguous(f"The backend took longer than {LONGEST_CALL} s; try again later.") from error

    def _submitted(self, submission: Submission, number: str) -> None:
        now = self._clock()
        with self._engine.begin() as conn:
            if self._current(conn, submission) == "submitted":
                return
            submissions.submitted(conn, submission.reference, service_request_id=number, now=now)
            self._tell(conn, submission, "utter_case_submitted", now, number=number)

    def _failed(self, submission: Submission, error: Exception) -> None:
        now, attempts = self._clock(), submission.attempts + 1
        again = next_attempt(attempts, error, now, max_attempts=self._max_attempts)
        with self._engine.begin() as conn:
            if self._current(conn, submission) in ("submitted", "parked"):
                return
            if again is None:
                submissions.park(conn, submission.reference, error=type(error).__name__, now=now)
                alerts.add(conn, "parked_submission", submission.conversation_id, submission.reference, now=now)
                self._tell(conn, submission, "utter_case_parked", now)
                return
            submissions.retry(conn, submission.reference, error=type(error).__name__, next_attempt_at=again)
            if attempts == 1:
                self._tell(conn, submission, "utter_case_delayed", now)

    def _current(self, conn: Connection, submission: Submission) -> str:
        """Return the state now, with the conversation locked: another process may have taken over a slow report."""
        conversations.lock(conn, submission.conversation_id)
        current = submissions.get(conn, submission.reference)
        return current.state if current else "submitted"

    def _tell(self, conn: Connection, submission: Submission, phrase: str, now: datetime, **values: str) -> None:
        to, language = conversations.get(conn, submission.conversation_id), submission.effect.language
        text = self._phrases.say(phrase, language, to.channel, reference=submission.reference, **values)
        message = Outbound(id=self._new_id(), channel=to.channel, address=to.address, text=text, language=language)
        outbox.add(conn, to.id, message, inbox_id=None, now=now)
