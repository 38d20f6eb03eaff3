"""What Rasa wants to know of a message that was read: intent, ranking, and the answer its retrieval actions pick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.nlu.model import Reading

#: Rasa's own name for "not understood".
FALLBACK = "nlu_fallback"


def plain(full_intent: str) -> str:
    """Return `faq` for `faq/bin_days`, and a plain intent as it is."""
    return full_intent.partition("/")[0]


def parse_data(reading: Reading, length: int = 10) -> dict[str, Any]:
    """Return the properties of a message that was read so; the fallback comes first when the reading is not sure."""
    best: dict[str, float] = {}
    for label, chance in reading.ranking:
        best.setdefault(plain(label), chance)
    intents: list[dict[str, Any]] = [{"name": name, "confidence": chance} for name, chance in best.items()][:length]
    if not reading.sure:
        top = max(best.values(), default=0.0)
        intents.insert(0, {"name": FALLBACK, "confidence": 1.0 - top})
    return {
        "intent": dict(intents[0]),
        "intent_ranking": intents,
        "response_selector": _selection(reading, length),
    }


def chosen(full_intent: str) -> dict[str, Any]:
    """Return the properties of a message that certainly means `full_intent`, such as a pressed choice."""
    return parse_data(Reading(ranking=((full_intent, 1.0),), sure=True))


def _selection(reading: Reading, length: int) -> dict[str, Any]:
    """Return what ActionRetrieveResponse reads, in the shape of Rasa's ResponseSelector: one entry a retrieval intent.

    The ranking under `default` holds plain intents too, so that whoever asks back can offer them beside the topics.
    """
    topics = [(label, chance) for label, chance in reading.ranking if "/" in label]
    retrieval = sorted({plain(label) for label, _ in topics})
    selection = {name: _picked([t for t in topics if plain(t[0]) == name], length) for name in retrieval}
    default = _picked(topics, length) | {"ranking": _ranked(reading.ranking, length)}
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
