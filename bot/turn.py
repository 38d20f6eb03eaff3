"""One citizen message through Rasa, as one transaction: everything that follows from it is committed, or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from rasa.core.channels.channel import UserMessage
from sqlalchemy import Engine

from actions.ask_back import PERSON
from actions.intake.text import plain as words_of
from actions.intake.words import NO, YES
from actions.reference import find_code
from bot.choices import read_choice
from bot.effects import effect_of, note_interview, record
from bot.errors import TurnFailed
from bot.language import guess
from bot.messages import Choice, Inbound, Outbound
from bot.nlu.parse import FALLBACK, chosen
from bot.phrases import Phrases
from bot.processor import TurnProcessor
from bot.replies import Collector, Gathered, Reply
from bot.resuming import TakenUp, going_on, last_put_aside, look_up, noted
from bot.tracker import LANGUAGE, History
from store import conversations, inbox, outbox, tracker_events
from store.conversations import Lease
from store.engine import reading
from store.inbox import Waiting

#: Languages in which the assistant has words of its own; the first is spoken when nothing else is known.
LANGUAGES = ("en", "es", "tr", "ar")
OPENING = "utter_opening"
#: What "no" means to an offer: nothing more is wanted.
THANKS = "thanks"
#: Takes up what was put aside under a code.
RESUME = "resume_report"
#: Words in which a code is written: "K7Q X2M", "code K7QX2M".
LONGEST_CODE = 2


@dataclass(frozen=True, slots=True)
class Understood:
    """What the citizen did, beyond their words: which choice it was."""

    text: str
    #: Intent of a pressed choice ("faq/bin_days"); None lets the model understand the text.
    intent: str | None = None
    #: Value of a pressed answer, for the interview.
    answer: str | None = None
    #: What a pressed choice is about: the number of a case.
    about: str | None = None
    #: The interview to go on with, under its code; without a state, none is kept under it.
    taken_up: TakenUp | None = None
    #: Whether a code was written that is none of ours.
    wrong_code: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What the store knows of the conversation when the turn starts."""

    events: Sequence[dict[str, Any]]
    pressed: Choice | None
    #: The message of ours whose choices a number means.
    standing: Outbound | None
    #: What the message speaks of that was put aside.
    taken_up: TakenUp | None = None


def plain(text: str) -> str:
    """Return the text so that Rasa cannot take it for a command.

    Rasa 3.6.21 reads "/intent{...}" and "EXTERNAL: intent" from any text, after blanks too, and sets slots from it.
    """
    bare = text.strip()
    while bare.startswith(("/", "EXTERNAL:")):
        bare = bare.removeprefix("EXTERNAL:").lstrip("/").lstrip()
    return bare


def understand(inbound: Inbound, past: Past) -> Understood:
    """Resolve a pressed button, or a typed number or label, to what it stands for."""
    choice = past.pressed
    offered = past.standing.choices if past.standing else ()
    if choice is None and offered and not inbound.choice:
        index = read_choice(inbound.text, [standing.title for standing in offered])
        # An answer of the interview is read by the interview itself, which knows its question.
        if index is not None and offered[index].payload.startswith("/"):
            choice = offered[index]
    if choice is None:
        agreed = _agreed(inbound.text, offered)
        if agreed is None and past.taken_up is not None:
            return _resumed(plain(inbound.text), past.taken_up, is_asked=going_on(past.events))
        return _meant(plain(inbound.text), agreed) if agreed else Understood(plain(inbound.text))
    if choice.payload.startswith("/"):
        return _meant(plain(choice.title), choice.payload)
    return Understood(plain(choice.title), answer=choice.payload)


def _meant(text: str, payload: str) -> Understood:
    """Read "/intent", or "/intent 2026-000123": what is meant, and what it is about."""
    intent, _, about = payload[1:].partition(" ")
    return Understood(text, intent=intent, about=about or None)


def _resumed(text: str, taken_up: TakenUp, *, is_asked: bool) -> Understood:
    """Take up what is kept under the code; a wrong one within an interview, or a sentence, is an ordinary message."""
    if taken_up.state is not None:
        return Understood(text, intent=RESUME, taken_up=taken_up)
    if is_asked or not taken_up.is_all:
        return Understood(text, wrong_code=True)
    return Understood(text, intent=RESUME, taken_up=taken_up, wrong_code=True)


def _agreed(text: str, offered: Sequence[Choice]) -> str | None:
    """Return the payload that a plain yes or no to what was offered stands for; None for anything else.

    No to one thing closes the subject, no to several (or yes, which could be any) has them asked in other words.
    """
    said = words_of(text)
    payloads = [choice.payload for choice in offered if choice.payload.startswith("/")]
    if not payloads or said not in YES | NO:
        return None
    real = [payload for payload in payloads if payload != f"/{PERSON}"] or payloads
    if said in YES:
        return real[0] if len(real) == 1 else f"/{FALLBACK}"
    return f"/{THANKS}" if len(payloads) == 1 else f"/{FALLBACK}"


def parse_data(understood: Understood) -> dict[str, Any] | None:
    """Return what the model would have understood, for a choice that needs no understanding."""
    if understood.intent is None and understood.answer is None:
        return None
    parsed: dict[str, Any] = (
        chosen(understood.intent) if understood.intent else {"intent": {"name": None, "confidence": 0.0}}
    )
    full = understood.intent or ""
    if "/" in full:
        parsed["intent"] = {**parsed["intent"], "full_retrieval_intent_name": full}
    return {"text": understood.text, "entities": [], **parsed}


def language_of(inbound: Inbound, events: Iterable[Mapping[str, Any]], taken_up: TakenUp | None = None) -> str:
    """Return the language to answer in: the text's own, else the conversation's, what it takes up, or the page's."""
    known = None
    for event in events:
        if event.get("event") == "slot" and event.get("name") == LANGUAGE:
            known = event.get("value")
    before = (taken_up.language if taken_up else None) or inbound.language
    # A code has letters, and says nothing of a language.
    is_code = len(inbound.text.split()) <= LONGEST_CODE and find_code(inbound.text) is not None
    wanted = (None if is_code else guess(inbound.text, known)) or known or before
    return wanted if wanted in LANGUAGES else known or LANGUAGES[0]


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
            for reply in gathered.replies:
                outbound = _outbound(reply, waiting.inbound, history.language)
                outbox.add(conn, conversation_id, outbound, inbox_id=waiting.id, now=now)
            for effect in gathered.effects:
                record(conn, conversation_id, waiting.id, effect_of(effect), now)
            is_told, state = noted(history.added or [])
            if is_told:
                note_interview(conn, conversation_id, state, language=history.language, now=now)
            inbox.done(conn, waiting.id, now)


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
    choices = tuple(Choice(id=uuid.uuid4().hex[:12], title=title, payload=payload) for title, payload in reply.buttons)
    return Outbound(
        id=str(uuid.uuid4()),
        channel=inbound.channel,
        address=inbound.address,
        text=reply.text,
        choices=choices,
        attachments=(reply.attachment,) if reply.attachment else (),
        language=language,
    )
