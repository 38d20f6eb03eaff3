"""One citizen message through Rasa, as one transaction: everything that follows from it is committed, or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from rasa.core.channels.channel import UserMessage
from sqlalchemy import Connection, Engine

from actions.ask_back import PERSON
from actions.intake.text import plain as words_of
from actions.intake.words import NO, YES
from bot.choices import read_choice
from bot.errors import TurnFailed
from bot.language import guess
from bot.messages import Choice, HandOver, Inbound, Location, Outbound, Submit
from bot.nlu.parse import FALLBACK, chosen
from bot.phrases import Phrases
from bot.processor import TurnProcessor
from bot.replies import Collector, Gathered, Reply
from bot.tracker import LANGUAGE, History
from store import alerts, conversations, inbox, outbox, submissions, tracker_events
from store.conversations import Lease
from store.engine import reading
from store.inbox import Waiting

#: Languages in which the assistant has words of its own; the first is spoken when nothing else is known.
LANGUAGES = ("en", "es", "tr", "ar")
OPENING = "utter_opening"
#: What "no" means to an offer: nothing more is wanted.
THANKS = "thanks"


@dataclass(frozen=True, slots=True)
class Understood:
    """What the citizen did, beyond their words: which choice it was."""

    text: str
    #: Intent of a pressed choice ("faq/bin_days"); None lets the model understand the text.
    intent: str | None = None
    #: Value of a pressed answer, for the interview.
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What the store knows of the conversation when the turn starts."""

    events: Sequence[dict[str, Any]]
    pressed: Choice | None
    standing: tuple[Choice, ...]


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
    if choice is None and past.standing and not inbound.choice:
        index = read_choice(inbound.text, [standing.title for standing in past.standing])
        # An answer of the interview is read by the interview itself, which knows its question.
        if index is not None and past.standing[index].payload.startswith("/"):
            choice = past.standing[index]
    if choice is None:
        return Understood(plain(inbound.text), intent=_agreed(inbound.text, past.standing))
    if choice.payload.startswith("/"):
        return Understood(plain(choice.title), intent=choice.payload[1:])
    return Understood(plain(choice.title), answer=choice.payload)


def _agreed(text: str, offered: Sequence[Choice]) -> str | None:
    """Return the intent of a plain yes or no to what was offered; None for anything else.

    No to one thing closes the subject, no to several (or yes, which could be any) has them asked in other words.
    """
    said = words_of(text)
    intents = [choice.payload[1:] for choice in offered if choice.payload.startswith("/")]
    if not intents or said not in YES | NO:
        return None
    real = [intent for intent in intents if intent != PERSON] or intents
    if said in YES:
        return real[0] if len(real) == 1 else FALLBACK
    return THANKS if len(intents) == 1 else FALLBACK


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


def effect_of(effect: Mapping[str, Any]) -> Submit | HandOver:
    """Turn what an action asked for into an effect. Raises TurnFailed when it is of no known kind."""
    fields = {key: value for key, value in effect.items() if key != "kind"}
    if effect.get("kind") == "submit":
        location = fields.pop("location", None)
        return Submit(**fields, location=Location(**location) if location else None)
    if effect.get("kind") == "hand_over":
        return HandOver(**fields)
    raise TurnFailed(f"An action asked for an unknown effect {effect.get('kind')!r}; use submit or hand_over.")


def language_of(inbound: Inbound, events: Iterable[Mapping[str, Any]]) -> str:
    """Return the language to answer in: the text's own, else the conversation's, else the page's."""
    known = None
    for event in events:
        if event.get("event") == "slot" and event.get("name") == LANGUAGE:
            known = event.get("value")
    wanted = guess(inbound.text, known) or known or inbound.language
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
        language = language_of(waiting.inbound, past.events)
        history = History(past.events, language)
        gathered = await self._dialogue(waiting, understand(waiting.inbound, past), history)
        if history.added is None or not (gathered.replies or gathered.effects):
            raise TurnFailed("The dialogue gave no reply; look for the rule that should have answered.")
        self._commit(lease, waiting, history, gathered)

    def _past(self, waiting: Waiting) -> Past:
        with reading(self._engine) as conn:
            pressed = waiting.inbound.choice
            return Past(
                events=tracker_events.load(conn, waiting.conversation_id),
                pressed=outbox.choice(conn, waiting.conversation_id, pressed) if pressed else None,
                standing=outbox.standing_choices(conn, waiting.conversation_id),
            )

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
            metadata=_extras(inbound, understood),
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
                _record(conn, conversation_id, waiting.id, effect_of(effect), now)
            inbox.done(conn, waiting.id, now)


def _record(conn: Connection, conversation_id: str, inbox_id: str, effect: Submit | HandOver, now: datetime) -> None:
    if isinstance(effect, Submit):
        submissions.add(conn, conversation_id, effect, now=now)
    else:
        alerts.add(conn, "hand_over", conversation_id, inbox_id, now=now)


def _extras(inbound: Inbound, understood: Understood) -> dict[str, Any]:
    return {
        "choice": understood.answer,
        "picked": understood.intent is not None,
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
