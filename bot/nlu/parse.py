"""What Rasa wants to know of a message that was read: intent, ranking, and the answer its retrieval actions pick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.nlu.model import OUTSIDE, Reading

#: Rasa's own name for "not understood".
FALLBACK = "nlu_fallback"


def plain(full_intent: str) -> str:
    """Return `faq` for `faq/bin_days`, and a plain intent as it is."""
    return full_intent.partition("/")[0]


def parse_data(reading: Reading, length: int = 10) -> dict[str, Any]:
    """Return the properties of a message that was read so.

    Outside the scope the intent is what is known to be another's, when that is the best reading, else the fallback,
    with the nearest readings behind it, so that whoever asks back can offer them.
    """
    ranking = _within(reading)
    best: dict[str, float] = {}
    for label, chance in ranking:
        best.setdefault(plain(label), chance)
    intents: list[dict[str, Any]] = [{"name": name, "confidence": chance} for name, chance in best.items()][:length]
    if not reading.inside and (not ranking or plain(ranking[0][0]) != OUTSIDE):
        intents.insert(0, {"name": FALLBACK, "confidence": 1.0 - max(best.values(), default=0.0)})
    return {
        "intent": dict(intents[0]),
        "intent_ranking": intents,
        "response_selector": _selection(ranking, length),
    }


def _within(reading: Reading) -> tuple[tuple[str, float], ...]:
    """Return the ranking, without what is out of scope when the message belongs here."""
    if not reading.inside:
        return reading.ranking
    kept = [(label, chance) for label, chance in reading.ranking if plain(label) != OUTSIDE]
    total = sum(chance for _, chance in kept) or 1.0
    return tuple((label, chance / total) for label, chance in kept)


def chosen(full_intent: str) -> dict[str, Any]:
    """Return the properties of a message that certainly means `full_intent`, such as a pressed choice."""
    return parse_data(Reading(ranking=((full_intent, 1.0),), inside=plain(full_intent) != OUTSIDE))


def _selection(ranking: Sequence[tuple[str, float]], length: int) -> dict[str, Any]:
    """Return what ActionRetrieveResponse reads, in the shape of Rasa's ResponseSelector: one entry a retrieval intent.

    The ranking under `default` holds plain intents too, so that whoever asks back can offer them beside the topics.
    """
    topics = [(label, chance) for label, chance in ranking if "/" in label]
    retrieval = sorted({plain(label) for label, _ in topics})
    selection = {name: _picked([t for t in topics if plain(t[0]) == name], length) for name in retrieval}
    default = _picked(topics, length) | {"ranking": _ranked(ranking, length)}
    return {"all_retrieval_intents": retrieval, "default": default, **selection}


def _picked(topics: Sequence[tuple[str, float]], length: int) -> dict[str, Any]:
    label, chance = topics[0] if topics else (None, 0.0)
    response = {
        "responses": None,
        "confidence": chance,
        "intent_response_key": label,
        "utter_action": f"utter_{label}" if label else None,
    }
    return {"response": response, "ranking": _ranked(topics, length)}


def _ranked(readings: Sequence[tuple[str, float]], length: int) -> list[dict[str, Any]]:
    return [{"intent_response_key": label, "confidence": chance} for label, chance in readings[:length]]
