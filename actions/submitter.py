"""Carries reports to the service backend: each one once, with retries, and an honest word to the citizen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from random import SystemRandom

from sqlalchemy import Connection, Engine

from actions import town_words
from actions.backends.base import Accepted, Backend
from actions.telling import Teller
from bot.errors import BackendAmbiguous, BackendRefused, BackendUnavailable
from bot.phrases import Phrases
from bot.retry import doubled, next_attempt
from store import alerts, conversations, follows, submissions
from store.engine import reading
from store.submissions import Submission

logger = logging.getLogger(__name__)

#: So many reports travel side by side, and so many are asked after.
AT_ONCE = 10
#: Longest time for one report; the claim lasts longer, so that no other process takes it meanwhile.
LONGEST_CALL = 20.0
LEASE = timedelta(seconds=LONGEST_CALL + 10)
#: How long a report is tried for before staff get it: a long weekend.
PATIENCE = timedelta(days=3)
#: After so many failures the citizen hears that it takes longer (half a minute), and staff that something is wrong
#: there (a quarter of an hour): a wrong key would otherwise be found out when patience ends.
DELAYED_AFTER, ALERT_AFTER = 5, 10
#: How long a number is asked for, and how soon at first.
NUMBER_PATIENCE = timedelta(days=30)
FIRST_ASKING = timedelta(seconds=5)

LONGEST_NUMBER, LONGEST_TOKEN = 64, 255

_random = SystemRandom()


class Submitter:
    """Hands over what is due; keeps nothing in memory between two runs."""

    def __init__(
        self,
        engine: Engine,
        backend: Backend,
        phrases: Phrases,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        jitter: Callable[[], float] = _random.random,
    ) -> None:
        self._engine = engine
        self._backend = backend
        self._teller = Teller(phrases, new_id)
        self._clock = clock
        self._jitter = jitter

    async def run_once(self) -> int:
        """Try everything that is due now; return how many reports that were."""
        to_submit, to_ask = await asyncio.to_thread(self._claim)
        carried = [self._carry(submission) for submission in to_submit]
        await asyncio.gather(*carried, *(self._ask(submission) for submission in to_ask))
        return len(to_submit) + len(to_ask)

    def _claim(self) -> tuple[list[Submission], list[Submission]]:
        now = self._clock()
        with reading(self._engine) as conn:
            if not submissions.any_due(conn, now=now):
                return [], []
        with self._engine.begin() as conn:
            return (
                submissions.claim_due(conn, now=now, lease_for=LEASE, limit=AT_ONCE),
                submissions.claim_accepted(conn, now=now, lease_for=LEASE, limit=AT_ONCE),
            )

    async def _carry(self, submission: Submission) -> None:
        try:
            accepted = await self._hand_over(submission)
        except Exception as error:
            logger.warning("Report %s was not handed over: %s", submission.reference, type(error).__name__)
            await asyncio.to_thread(self._failed, submission, error)
        else:
            await asyncio.to_thread(self._accepted, submission, accepted)

    async def _hand_over(self, submission: Submission) -> Accepted:
        """Submit, but look first if it may have arrived: a process that died half-way left no other trace."""
        try:
            async with asyncio.timeout(LONGEST_CALL):
                if submission.tried_at is not None:
                    known = await self._backend.find(submission.effect, tried_at=submission.tried_at)
                    if known is not None:
                        return Accepted(service_request_id=known)
                    await asyncio.to_thread(self._begin_anew, submission)
                return _kept(await self._backend.submit(submission.effect))
        except TimeoutError as error:
            raise BackendAmbiguous(f"The backend took longer than {LONGEST_CALL} s; try again later.") from error

    def _begin_anew(self, submission: Submission) -> None:
        """Note that only the try that follows may have arrived: a lookup allows its list some time from then on."""
        with self._engine.begin() as conn:
            submissions.tries_anew(conn, submission.reference, now=self._clock())

    async def _ask(self, submission: Submission) -> None:
        """Ask for the number of a report that the backend has."""
        number = None
        try:
            async with asyncio.timeout(LONGEST_CALL):
                number = await self._backend.number(str(submission.token))
        except Exception as error:
            logger.warning("Report %s was not asked after: %s", submission.reference, type(error).__name__)
        if number is None:
            await asyncio.to_thread(self._no_number_yet, submission)
        else:
            await asyncio.to_thread(self._accepted, submission, Accepted(service_request_id=number))

    def _accepted(self, submission: Submission, accepted: Accepted) -> None:
        now, number = self._clock(), accepted.service_request_id
        with self._engine.begin() as conn:
            current = self._current(conn, submission)
            if current is None or current.state == "submitted":
                return
            if number is None and accepted.token is not None:
                submissions.accepted(
                    conn, submission.reference, token=accepted.token, next_attempt_at=now + FIRST_ASKING
                )
                if accepted.service_notice:
                    self._tell(conn, submission, "utter_case_number_later", now, notice=accepted.service_notice)
                return
            submissions.submitted(conn, submission.reference, service_request_id=number, now=now)
            self._tell_number(conn, submission, accepted, now)
            if number is not None and submission.effect.follow:
                language = submission.effect.language
                follows.add(conn, submission.conversation_id, number, language=language, status="open", now=now)

    def _tell_number(self, conn: Connection, submission: Submission, accepted: Accepted, now: datetime) -> None:
        number, disputed = accepted.service_request_id, submission.effect.disputes
        values = {"notice": accepted.service_notice}
        if number is None:
            self._tell(conn, submission, "utter_case_without_number", now, **values)
        elif disputed == number:
            self._tell(conn, submission, "utter_case_reopened", now, number=number, **values)
        elif disputed is not None:
            self._tell(conn, submission, "utter_case_disputed", now, number=number, disputed=disputed, **values)
        else:
            self._tell(conn, submission, "utter_case_submitted", now, number=number, **values)

    def _failed(self, submission: Submission, error: Exception) -> None:
        now = self._clock()
        with self._engine.begin() as conn:
            current = self._current(conn, submission)
            if current is None or current.state not in ("waiting", "submitting"):
                return
            again = next_attempt(current.attempts + 1, error, now, jitter=self._jitter())
            if again is None or now - current.created_at >= PATIENCE:
                self._park(conn, submission, error, now)
                return
            # The first try of all certainly reached nobody: then there is nothing to look for.
            arrived = False if submission.tried_at is None and isinstance(error, BackendUnavailable) else None
            submissions.retry(
                conn, submission.reference, error=type(error).__name__, next_attempt_at=again, arrived=arrived
            )
            if current.attempts + 1 == DELAYED_AFTER:
                self._tell(conn, submission, "utter_case_delayed", now)
            if current.attempts + 1 == ALERT_AFTER:
                alerts.add(conn, "delayed_submission", submission.conversation_id, submission.reference, now=now)

    def _park(self, conn: Connection, submission: Submission, error: Exception, now: datetime) -> None:
        submissions.park(conn, submission.reference, error=type(error).__name__, now=now)
        alerts.add(conn, "parked_submission", submission.conversation_id, submission.reference, now=now)
        reason = error.reason if isinstance(error, BackendRefused) else ""
        if reason := town_words.plain(reason, town_words.LONGEST_REASON):
            self._tell(conn, submission, "utter_case_refused", now, reason=reason)
        else:
            self._tell(conn, submission, "utter_case_parked", now)

    def _no_number_yet(self, submission: Submission) -> None:
        now = self._clock()
        with self._engine.begin() as conn:
            current = self._current(conn, submission)
            if current is None or current.state != "accepted":
                return
            if now - current.created_at < NUMBER_PATIENCE:
                wait = doubled(FIRST_ASKING, current.attempts + 2) * (1 + self._jitter() / 4)
                submissions.ask_again(conn, submission.reference, next_attempt_at=now + wait)
                return
            submissions.park(conn, submission.reference, error="no number", now=now)
            alerts.add(conn, "parked_submission", submission.conversation_id, submission.reference, now=now)
            self._tell(conn, submission, "utter_case_number_missing", now)

    def _current(self, conn: Connection, submission: Submission) -> Submission | None:
        """Return the report as it is now, its conversation locked: another process may have taken over a slow one."""
        conversations.lock(conn, submission.conversation_id)
        return submissions.get(conn, submission.reference)

    def _tell(
        self, conn: Connection, submission: Submission, response: str, now: datetime, *, notice: str = "", **values: str
    ) -> None:
        said = [(response, {"reference": submission.reference, **values})]
        if notice := town_words.plain(notice):
            said.append(("utter_case_notice", {"notice": notice}))
        self._teller.tell(conn, submission.conversation_id, said, language=submission.effect.language, now=now)


def _kept(accepted: Accepted) -> Accepted:
    """Return what a backend answered. Raises BackendRefused when our tables have no room for it."""
    number, token = accepted.service_request_id or "", accepted.token or ""
    if len(number) > LONGEST_NUMBER or len(token) > LONGEST_TOKEN:
        raise BackendRefused("The town has the report, under a number or token that is too long to keep; ask the town.")
    return accepted
