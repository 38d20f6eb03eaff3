"""What Rasa wants to know of a message that was read: intent, ranking, and the answer its retrieval actions pick."""

from __future__ import annotations

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
    """Return what ActionRetrieveResponse reads, in the shape of Rasa's ResponseSelector for all retrieval intents.

    The ranking holds plain intents too: whoever asks back can offer them beside the topics.
    """
    topics = [(label, chance) for label, chance in reading.ranking if "/" in label]
    label, chance = topics[0] if topics else (None, 0.0)
    ranking = [{"intent_response_key": name, "confidence": p} for name, p in reading.ranking[:length]]
    response = {
        "responses": None,
        "confidence": chance,
        "intent_response_key": label,
        "utter_action": f"utter_{label}" if label else None,
    }
    return {
        "all_retrieval_intents": sorted({plain(name) for name, _ in topics}),
        "default": {"response": response, "ranking": ranking},
    }
