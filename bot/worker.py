"""Claims conversations and runs their turns, side by side; parks for staff what keeps failing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import LeaseLost, TurnFailed
from bot.loops import keep_running
from bot.messages import Outbound
from bot.phrases import Phrases
from bot.retry import next_attempt
from bot.turn import Turn
from bot.understanding import language_of
from store import alerts, conversations, inbox, outbox
from store.conversations import Lease
from store.engine import reading
from store.inbox import Waiting

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=15)
RENEW_EVERY = 5.0
#: Seconds a turn may take before it counts as failed.
TURN_LIMIT = 60.0
#: Seconds between looks into the inbox when there is nothing to do.
IDLE = 0.05
PARKED = "utter_parked"


class Worker:
    """Up to `slots` conversations at a time; `name` is stable, so that a restarted worker frees what it held."""

    def __init__(
        self,
        engine: Engine,
        turn: Turn,
        phrases: Phrases,
        *,
        name: str,
        clock: Callable[[], datetime],
        max_attempts: int,
        slots: int = 4,
    ) -> None:
        self._engine = engine
        self._turn = turn
        self._phrases = phrases
        self._name = name
        self._clock = clock
        self._max_attempts = max_attempts
        self._slots = slots

    async def run(self) -> None:
        """Work until cancelled."""
        with self._engine.begin() as conn:
            conversations.release_owner(conn, self._name)
        async with asyncio.TaskGroup() as group:
            for number in range(self._slots):
                group.create_task(keep_running(f"worker slot {number}", self.run_once, idle=IDLE))

    async def run_once(self) -> bool:
        """Run the turns of one conversation that wait; return whether there was one."""
        lease = self._claim()
        if lease is None:
            return False
        renewing = asyncio.create_task(self._renew(lease))
        try:
            while (waiting := self._head(lease)) is not None:
                if not await self._answer(lease, waiting):
                    break
        except LeaseLost:
            logger.warning("conversation %s is held by another worker now", lease.conversation_id)
            return True
        finally:
            renewing.cancel()
        with self._engine.begin() as conn:
            conversations.release(conn, lease)
        return True

    def _claim(self) -> Lease | None:
        now = self._clock()
        with reading(self._engine) as conn:
            if not conversations.any_due(conn, now=now):
                return None
        with self._engine.begin() as conn:
            return conversations.claim(conn, self._name, now=now, lease_for=LEASE)

    def _head(self, lease: Lease) -> Waiting | None:
        with reading(self._engine) as conn:
            return inbox.head(conn, lease.conversation_id)

    async def _renew(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            # Should this fail, the commit finds out: it checks the lease itself.
            with contextlib.suppress(LeaseLost, SQLAlchemyError), self._engine.begin() as conn:
                conversations.renew(conn, lease, now=self._clock(), lease_for=LEASE)

    async def _answer(self, lease: Lease, waiting: Waiting) -> bool:
        """Run one turn; return whether the conversation's next message may follow at once."""
        try:
            async with asyncio.timeout(TURN_LIMIT):
                await self._turn.run(lease, waiting)
            return True
        except LeaseLost:
            raise
        except Exception as error:
            # Whatever it was, nothing of the turn is committed; the message keeps its place and is tried again.
            logger.warning("message %s failed: %s", waiting.id, _reason(error), exc_info=_unexpected(error))
            return self._failed(lease, waiting, error)

    def _failed(self, lease: Lease, waiting: Waiting, error: Exception) -> bool:
        now = self._clock()
        retryable = error if isinstance(error, TurnFailed) else TurnFailed(_reason(error))
        at = next_attempt(waiting.attempts + 1, retryable, now, max_attempts=self._max_attempts)
        with self._engine.begin() as conn:
            conversations.hold(conn, lease)
            if at is not None:
                inbox.retry(conn, waiting.id, error=_reason(error), next_attempt_at=at)
                return False
            inbox.park(conn, waiting.id, error=_reason(error), now=now)
            alerts.add(conn, "parked_message", waiting.conversation_id, waiting.id, now=now)
            outbox.add(conn, waiting.conversation_id, self._parked(waiting), inbox_id=waiting.id, now=now)
        return True

    def _parked(self, waiting: Waiting) -> Outbound:
        inbound = waiting.inbound
        language = language_of(inbound, [])
        text = self._phrases.say(PARKED, language, inbound.channel)
        return Outbound(
            id=str(uuid.uuid4()), channel=inbound.channel, address=inbound.address, text=text, language=language
        )


def _reason(error: Exception) -> str:
    """Name the error by its kind: its text may hold a citizen's words."""
    return ": ".join(type(e).__name__ for e in _chain(error))[:255]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _unexpected(error: Exception) -> bool:
    return not isinstance(error, TurnFailed)
