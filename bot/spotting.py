"""Spots a report of the loaded catalogue in what the trained model took for something else.

The model knows intents, not which services a town takes: those come from an endpoint, at run time, and may be any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from actions.intake.finding import Likeness, ranked
from actions.intake.services import Catalogue
from actions.intake.text import plain
from actions.readings import REPORT, readings
from bot.language import OTHER
from bot.nlu.model import OUTSIDE, Reading
from bot.nlu.parse import FALLBACK, parse_data
from bot.nlu.properties import LANGUAGE, OTHER_REQUEST

#: What the model had read, where we read a report: for the log of what is not understood.
READ_AS = "read_as"
TOPIC = "faq"
#: So sure, what is another office's matter is left to it, and a topic is answered before a report is offered.
SURE_OUTSIDE, SURE_TOPIC = 0.55, 0.5
#: So sure must it be that a service is meant to begin a report, and to offer one beside an answer.
SURE, SURE_BESIDE = 0.75, 0.95
#: What asks for information: how a sentence begins, or has in it.
ASKS = re.compile(
    r"^(?:\w+ ){0,2}(?:how|what|whats|when|whens|where|wheres|who|whos|which|why|cual|cuales|cuando|donde|quien|cuanto"
    r"|cuanta|cuantos|cuantas|por que)\b"
    r"|^(?:is|are|am|do|does|did|may i|can i|can we|can my|should|que|como|se puede|puedo|podemos)\b"
    r"|\b(?:how (?:do|can|much|many|long|often)|what (?:is|are|do|day|time)|where (?:is|do|can)|when (?:is|do|does)"
    r"|is there|are there|do i|do you|can i|need to know|yes or no|cuanto (?:cuesta|sale)|a que hora|que dia"
    r"|que hago|que recomiendan|me pueden decir|quiero saber|necesito saber|como (?:puedo|consigo|hago|le hago))\b"
    r"|\b(?:m[iu]|m[iu]y[iu]m|m[iu]dir|var mi|nasil|nerede|nereye|nereden|ne zaman|kim|kac|kaca|hangi|neden)$"
    r"|^(?:\w+ ){0,3}(?:nasil|nerede|nereye|nereden|ne zaman|kac|kaca|hangi)\b"
    r"|(?:^| )(?:هل|كيف|متي|امتي|وين|فين|اين|كم|بكم|شو|ايش|ايه|ليش|لماذا|مين|اقرب)(?: |$)"
)
#: These ask to have something done, with a question mark or without.
REQUESTS = re.compile(
    r"\b(?:(?:can|could|would|will) (?:you|someone|somebody|anybody)|pueden|podrian|puede alguien|m[iu]s[iu]n[iu]z)\b"
)


def asks(text: str) -> bool:
    """Tell whether someone wants to know something, rather than to have something done."""
    said = plain(text)
    if ASKS.search(said):
        return True
    return bool(set(text) & set("?؟¿")) and not REQUESTS.search(said)


class Spotter:
    """Looks at messages that the model did not read as a report; does nothing without an encoder."""

    def __init__(self, catalogue: Callable[[], Catalogue], likeness: Likeness | None) -> None:
        self._catalogue = catalogue
        self._likeness = likeness

    def __call__(self, text: str, parsed: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what the message is to be understood as, if that is another than what was `parsed`."""
        if self._likeness is None:
            return None
        beside = _is_beside(parsed)
        if beside is None or asks(text):
            return None
        # Of two that are close, both are reports, and the interview asks which.
        chance = sum(found.chance for found in ranked(self._catalogue(), text, self._likeness)[:2])
        if chance < (SURE_BESIDE if beside else SURE):
            return None
        return {**parsed, OTHER_REQUEST: REPORT} if beside else _as_report(parsed, chance)


def _is_beside(parsed: Mapping[str, Any]) -> bool | None:
    """Tell whether a report could only be offered beside an answer; None when it could not even be that."""
    name, ranking = parsed["intent"]["name"], readings(parsed)
    sure = ranking[0][1] if ranking else 0.0
    if parsed.get(LANGUAGE) == OTHER or parsed.get(OTHER_REQUEST):
        return None
    if name == FALLBACK or (name == OUTSIDE and sure < SURE_OUTSIDE) or (name == TOPIC and sure < SURE_TOPIC):
        return False
    return True if name == TOPIC else None


def _as_report(parsed: Mapping[str, Any], chance: float) -> dict[str, Any]:
    """Return the message read as a report, and with what is left of chances as it was read before."""
    others = [(label, (1 - chance) * before) for label, before in readings(parsed) if label != REPORT]
    reading = Reading(((REPORT, chance), *others), inside=True)
    return {**parsed, **parse_data(reading), READ_AS: parsed["intent"]}
