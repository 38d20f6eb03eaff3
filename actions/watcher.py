"""Tells citizens what became of the cases they follow: each change once, where and in the language they wrote."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from actions import town_words
from actions.backends.base import Backend, CaseStatus
from actions.telling import Said, Teller
from actions.titles import Titles
from bot.errors import BackendError
from bot.phrases import Phrases
from store import follows
from store.engine import reading
from store.follows import Followed

logger = logging.getLogger(__name__)

#: So many follows are looked at together.
AT_ONCE = 200
#: Follows that were claimed come back after this long: after a crash, and after a backend that did not answer.
LEASE = timedelta(minutes=5)
#: A case is looked at this often until it is so old.
LOOKS = (
    (timedelta(days=2), timedelta(minutes=10)),
    (timedelta(days=30), timedelta(hours=1)),
)
RARELY = timedelta(days=1)
#: A closed case may be opened again for so long.
AFTER_CLOSING = timedelta(days=14)
#: A case that the backend does not know may still turn up for so long.
UNKNOWN_FOR = timedelta(days=7)
#: What a citizen may say to a closure.
CLOSURE = ("case_fixed", "dispute_case")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at a followed case found."""

    followed: Followed
    #: Empty when the backend does not know the case.
    status: str = ""
    notes: str = ""
    #: Whether the case was closed or opened again since it was last spoken of.
    changed: bool = False
    is_news: bool = False
    next_look_at: datetime | None


class Watcher:
    """Looks at what is due; a change is told in the transaction that keeps it."""

    def __init__(
        self,
        engine: Engine,
        backend: Backend,
        phrases: Phrases,
        titles: Titles,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._engine = engine
        self._backend = backend
        self._teller = Teller(phrases, new_id)
        self._titles = titles
        self._clock = clock

    async def run_once(self) -> int:
        """Look at everything that is due now; return how many follows that were, 0 when the backend is away."""
        due = await asyncio.to_thread(self._claim)
        if not due:
            return 0
        numbers = sorted({followed.service_request_id for followed in due})
        try:
            statuses = await self._backend.statuses(numbers)
        except BackendError as error:
            logger.warning("%d cases were not looked at: %s", len(numbers), type(error).__name__)
            return 0
        await asyncio.to_thread(self._compare, due, statuses)
        return len(due)

    def _claim(self) -> list[Followed]:
        now = self._clock()
        with reading(self._engine) as conn:
            if not follows.any_due(conn, now=now):
                return []
        with self._engine.begin() as conn:
            return follows.claim_due(conn, now=now, lease_for=LEASE, limit=AT_ONCE)

    def _compare(self, due: Sequence[Followed], statuses: Mapping[str, CaseStatus]) -> None:
        now = self._clock()
        looks = [look_at(followed, statuses.get(followed.service_request_id), now) for followed in due]
        with self._engine.begin() as conn:
            for look in looks:
                if not look.is_news:
                    _keep(conn, look, now)
        for look in looks:
            if look.is_news:
                with self._engine.begin() as conn:
                    if _keep(conn, look, now):
                        self._tell(conn, look, now)

    def _tell(self, conn: Connection, look: Look, now: datetime) -> None:
        followed, kind = look.followed, "update"
        if look.changed:
            kind = "closed" if look.status == "closed" else "reopened"
        said: list[Said] = [(f"utter_case_news_{kind}", {"number": followed.service_request_id})]
        if look.notes:
            said.append(("utter_case_notice", {"notice": look.notes}))
        # Whoever follows another's case has no report that could be repeated.
        can_dispute = look.status == "closed" and followed.reference is not None
        choices = self._titles.choices(CLOSURE, followed.language) if can_dispute else []
        self._teller.tell(
            conn,
            followed.conversation_id,
            said,
            language=followed.language,
            now=now,
            choices=[(one["title"], f"{one['payload']} {followed.service_request_id}") for one in choices],
        )


def look_at(followed: Followed, status: CaseStatus | None, now: datetime) -> Look:
    """Return what a look found; `status` is None when the backend does not know the case."""
    if status is None:
        return Look(followed=followed, next_look_at=_next_look_for(followed, now))
    notes = town_words.plain(status.status_notes)
    changed = followed.status not in ("", status.status)
    return Look(
        followed=followed,
        status=status.status,
        notes=notes,
        changed=changed,
        # What the first look finds was said a moment ago, unless it is not open any more.
        is_news=changed or (followed.seen_at is not None and notes not in ("", followed.status_notes)),
        next_look_at=_next_look(followed, status, now, changed=changed),
    )


def _keep(conn: Connection, look: Look, now: datetime) -> bool:
    if not look.status:
        return follows.look_again(conn, look.followed, next_look_at=look.next_look_at)
    return follows.seen(
        conn,
        look.followed,
        status=look.status,
        status_notes=look.notes,
        changed=look.changed,
        now=now,
        next_look_at=look.next_look_at,
    )


def _next_look(followed: Followed, status: CaseStatus, now: datetime, *, changed: bool) -> datetime | None:
    if status.status == "open":
        age = now - followed.created_at
        return now + next((wait for until, wait in LOOKS if age < until), RARELY)
    closed_at = now if changed else followed.changed_at or followed.seen_at or now
    return now + RARELY if now - closed_at < AFTER_CLOSING else None


def _next_look_for(unknown: Followed, now: datetime) -> datetime | None:
    """Return when to look again for a case that the backend does not know, or None to give it up."""
    since = unknown.seen_at or unknown.created_at
    return now + LOOKS[1][1] if now - since < UNKNOWN_FOR else None
