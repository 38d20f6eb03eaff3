"""The books, after the run: what was accepted, answered, confirmed and submitted must agree."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Engine, func, select

from store.engine import reading
from store.tables import inbox, outbox, requests, submissions

OPEN = ("waiting", "sending", "submitting")


def open_work(engine: Engine) -> int:
    """Return how much is not finished: messages to answer, answers to send, reports to submit."""
    with reading(engine) as conn:
        return sum(
            conn.scalar(select(func.count()).select_from(table).where(table.c.state.in_(OPEN))) or 0
            for table in (inbox, outbox, submissions)
        )


def answered(engine: Engine) -> int:
    """Return how many messages have their answer."""
    with reading(engine) as conn:
        return conn.scalar(select(func.count()).select_from(inbox).where(inbox.c.state == "done")) or 0


def check_messages(engine: Engine, accepted: int) -> list[str]:
    """Every accepted message was kept once, is done, has an answer, and the answers stand in its order."""
    with reading(engine) as conn:
        kept = conn.execute(select(inbox.c.id, inbox.c.seq, inbox.c.state, inbox.c.conversation_id)).all()
        said = conn.execute(
            select(outbox.c.conversation_id, outbox.c.inbox_id, outbox.c.state).order_by(outbox.c.seq)
        ).all()
    broken = [] if len(kept) == accepted else [f"{accepted} messages were accepted, {len(kept)} were kept"]
    broken += [f"message {row.id} is {row.state}" for row in kept if row.state != "done"]
    answers = {row.inbox_id for row in said}
    broken += [f"message {row.id} has no answer" for row in kept if row.id not in answers]
    broken += [
        f"an answer to message {row.inbox_id} is {row.state}" for row in said if row.state not in ("sent", "delivered")
    ]
    place = {row.id: row.seq for row in kept}
    of_conversation: dict[str, list[int]] = {}
    for row in said:
        if row.inbox_id is not None:
            of_conversation.setdefault(row.conversation_id, []).append(place.get(row.inbox_id, 0))
    broken += [
        f"conversation {key} was answered out of order" for key, seqs in of_conversation.items() if seqs != sorted(seqs)
    ]
    return broken


def check_reports(engine: Engine, confirmed: Mapping[str, str]) -> list[str]:
    """Each confirmed report (by place: its reference) stands in the register once, and nothing else does."""
    with reading(engine) as conn:
        effects = conn.execute(select(submissions.c.reference, submissions.c.state)).all()
        register = conn.execute(select(requests.c.address, requests.c.reference)).all()
    broken = [f"submission {row.reference} is {row.state}" for row in effects if row.state != "submitted"]
    if len(effects) != len(confirmed):
        broken.append(f"{len(confirmed)} reports were confirmed, {len(effects)} submissions were made")
    places = Counter(row.address for row in register)
    broken += [
        f"the report about {place} was submitted {number} times" for place, number in places.items() if number > 1
    ]
    made = {row.address: row.reference for row in register}
    broken += [f"the report about {place} is not in the register" for place in confirmed.keys() - made.keys()]
    broken += [
        f"a report about {place} is in the register, but nobody confirmed it"
        for place in made.keys() - confirmed.keys()
    ]
    broken += [
        f"the citizen was told {confirmed[place]} for {place}, the register says {made[place]}"
        for place in confirmed.keys() & made.keys()
        if confirmed[place] != made[place]
    ]
    return broken


def repeats(heard: Iterable[str]) -> int:
    """Return how often a message was followed by itself: delivered twice."""
    return sum(first == second for first, second in itertools.pairwise(heard))
