"""What a citizen did, beyond their words: which choice it was, what is taken up, in which language to answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.ask_back import PERSON
from actions.intake.text import plain as words_of
from actions.intake.words import NO, YES
from actions.reference import find_code
from bot.choices import read_choice
from bot.language import guess
from bot.messages import Choice, Inbound, Outbound
from bot.nlu.parse import FALLBACK, chosen
from bot.paging import MORE
from bot.resuming import TakenUp, going_on
from bot.tracker import LANGUAGE

#: Languages in which the assistant has words of its own; the first is spoken when nothing else is known.
LANGUAGES = ("en", "es", "tr", "ar")
#: What "no" means to an offer: nothing more is wanted.
THANKS = "thanks"
#: What a message is that we cannot take: a voice message, a film.
UNREADABLE = "unreadable"
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
    #: Whether the rest of our last message is wanted.
    is_more: bool = False


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
    if inbound.unreadable and not _is_usable(inbound, past):
        return Understood("", intent=UNREADABLE)
    choice, standing = past.pressed, past.standing
    offered = standing.choices if standing else ()
    if choice is None and offered and not inbound.choice:
        index = read_choice(inbound.text, [choice.title for choice in offered])
        # An answer of the interview is read by the interview itself, which knows its question.
        if index is not None and offered[index].payload.startswith("/"):
            choice = offered[index]
    if choice is None:
        # In the middle of a long message nothing was asked yet.
        agreed = None if standing and standing.rest else _agreed(inbound.text, offered)
        if agreed is None and past.taken_up is not None:
            return _resumed(plain(inbound.text), past.taken_up, is_asked=going_on(past.events))
        return _meant(plain(inbound.text), agreed) if agreed else Understood(plain(inbound.text))
    if choice.payload == MORE:
        # An older "More", pressed: its message stands no more, so there is nothing that it could bring.
        is_standing = choice in offered
        return Understood(plain(choice.title), intent=None if is_standing else FALLBACK, is_more=is_standing)
    if choice.payload.startswith("/"):
        return _meant(plain(choice.title), choice.payload)
    return Understood(plain(choice.title), answer=choice.payload)


def _is_usable(inbound: Inbound, past: Past) -> bool:
    """Return whether an interview may use what came along with something that we cannot take."""
    return bool(inbound.location or inbound.attachments) and going_on(past.events)


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
