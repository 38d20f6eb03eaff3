"""One citizen message through Rasa, as one transaction: everything that follows from it is committed, or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from rasa.core.channels.channel import UserMessage
from sqlalchemy import Engine

from bot.effects import effect_of, note_interview, record
from bot.errors import TurnFailed
from bot.messages import Choice, Inbound, Outbound
from bot.paging import next_page, page
from bot.phrases import Phrases
from bot.processor import TurnProcessor
from bot.replies import Collector, Gathered, Reply
from bot.resuming import TakenUp, going_on, last_put_aside, look_up, noted
from bot.tracker import History
from bot.understanding import RESUME, Past, Understood, language_of, parse_data, understand
from store import conversations, inbox, outbox, tracker_events
from store.conversations import Lease
from store.engine import reading
from store.inbox import Waiting

OPENING = "utter_opening"
#: The title of the choice that brings the rest of a long answer.
MORE_TITLE = "utter_more"


class Turn:
    """Runs turns on one loaded model."""

    def __init__(
        self, engine: Engine, processor: TurnProcessor, phrases: Phrases, clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._processor = processor
        self._phrases = phrases
        self._clock = clock

    async def run(self, lease: Lease, waiting: Waiting) -> None:
        """Answer one message and commit. Raises TurnFailed (or what the store raised) with nothing committed."""
        past = self._past(waiting)
        language = language_of(waiting.inbound, past.events, past.taken_up)
        history, understood = History(past.events, language), understand(waiting.inbound, past)
        if understood.is_more and past.standing is not None:
            self._go_on(lease, waiting, past.standing)
            return
        gathered = await self._dialogue(waiting, understood, history)
        if (kept := self._to_resume(waiting, understood, history)) is not None:
            # Nothing of that dialogue is committed: it only told that the citizen wants to go on.
            history, understood = History(past.events, language), replace(understood, intent=RESUME, taken_up=kept)
            gathered = await self._dialogue(waiting, understood, history)
        if history.added is None or not (gathered.replies or gathered.effects):
            raise TurnFailed("The dialogue gave no reply; look for the rule that should have answered.")
        self._commit(lease, waiting, history, gathered)

    def _past(self, waiting: Waiting) -> Past:
        conversation_id, inbound = waiting.conversation_id, waiting.inbound
        with reading(self._engine) as conn:
            past = Past(
                events=tracker_events.load(conn, conversation_id),
                pressed=outbox.choice(conn, conversation_id, inbound.choice) if inbound.choice else None,
                standing=outbox.standing(conn, conversation_id),
            )
            if inbound.choice:
                return past
            return replace(past, taken_up=look_up(conn, conversation_id, inbound.text, past.events, self._clock()))

    def _to_resume(self, waiting: Waiting, understood: Understood, history: History) -> TakenUp | None:
        """Return what was put aside here last, if the model understood that the citizen wants to go on with it."""
        said = next((event for event in history.added or () if event.get("event") == "user"), {})
        wanted = (said.get("parse_data") or {}).get("intent", {}).get("name") == RESUME
        if not wanted or understood.taken_up is not None or going_on(history.events):
            return None
        with reading(self._engine) as conn:
            return last_put_aside(conn, waiting.conversation_id)

    async def _dialogue(self, waiting: Waiting, understood: Understood, history: History) -> Gathered:
        inbound, store = waiting.inbound, self._processor.tracker_store
        collector = Collector(inbound.channel)
        if not history.events:
            opening = self._phrases.say(OPENING, history.language, inbound.channel)
            collector.gathered.replies.append(Reply(opening))
        message = UserMessage(
            understood.text,
            output_channel=collector,
            sender_id=waiting.conversation_id,
            input_channel=inbound.channel,
            message_id=waiting.id,
            parse_data=parse_data(understood),
            metadata=_extras(inbound, understood, self._clock()),
        )
        store.open(waiting.conversation_id, history)
        try:
            await self._processor.handle_message(message)
        finally:
            store.close(waiting.conversation_id)
        return collector.gathered

    def _commit(self, lease: Lease, waiting: Waiting, history: History, gathered: Gathered) -> None:
        now, conversation_id = self._clock(), waiting.conversation_id
        with self._engine.begin() as conn:
            conversations.hold(conn, lease)
            tracker_events.append(conn, conversation_id, history.added or [], len(history.events))
            for outbound in self._outbounds(gathered.replies, waiting.inbound, history.language):
                outbox.add(conn, conversation_id, outbound, inbox_id=waiting.id, now=now)
            for effect in gathered.effects:
                record(conn, conversation_id, waiting.id, effect_of(effect), now)
            is_told, state = noted(history.added or [])
            if is_told:
                note_interview(conn, conversation_id, state, language=history.language, now=now)
            inbox.done(conn, waiting.id, now)

    def _outbounds(self, replies: Sequence[Reply], inbound: Inbound, language: str) -> list[Outbound]:
        outbounds = [_outbound(reply, inbound, language) for reply in replies]
        # Only the last: "1" below an earlier one would be taken for an answer to the last.
        return [*outbounds[:-1], *(page(last, self._more(last), _choice_id) for last in outbounds[-1:])]

    def _more(self, outbound: Outbound) -> str:
        return self._phrases.say(MORE_TITLE, outbound.language, outbound.channel)

    def _go_on(self, lease: Lease, waiting: Waiting, standing: Outbound) -> None:
        """Send the next page of a long message; the dialogue is where it was."""
        now, conversation_id = self._clock(), waiting.conversation_id
        following = next_page(standing, str(uuid.uuid4()), self._more(standing), _choice_id)
        with self._engine.begin() as conn:
            conversations.hold(conn, lease)
            outbox.add(conn, conversation_id, following, inbox_id=waiting.id, now=now)
            inbox.done(conn, waiting.id, now)


def _choice_id() -> str:
    return uuid.uuid4().hex[:12]


def _extras(inbound: Inbound, understood: Understood, now: datetime) -> dict[str, Any]:
    taken_up = understood.taken_up
    return {
        "choice": understood.answer,
        "picked": understood.intent is not None,
        "about": understood.about,
        "take_up": {"code": taken_up.code, "state": taken_up.state} if taken_up else None,
        "wrong_code_at": now.isoformat() if understood.wrong_code else None,
        "location": asdict(inbound.location) if inbound.location else None,
        "attachments": list(inbound.attachments),
    }


def _outbound(reply: Reply, inbound: Inbound, language: str) -> Outbound:
    choices = tuple(Choice(id=_choice_id(), title=title, payload=payload) for title, payload in reply.buttons)
    return Outbound(
        id=str(uuid.uuid4()),
        channel=inbound.channel,
        address=inbound.address,
        text=reply.text,
        choices=choices,
        attachments=(reply.attachment,) if reply.attachment else (),
        language=language,
    )
