"""Two requests in one message: the one that is answered, and the one that is offered afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from bot.nlu.model import OUTSIDE, Reading

#: A part must be read at least so surely to be a request of its own.
SURE = 0.6
#: What else than a topic is a request; small talk around one is not.
ERRANDS = frozenset({"report", "check_status"})


def other_request(whole: Reading, parts: Sequence[Reading]) -> str | None:
    """Return the full intent that one part of a message surely asks for beside what the whole was read as.

    None when the parts ask for nothing else, or for several things: then the whole says best what is meant.
    """
    if not whole.inside or not whole.ranking:
        return None
    asked = dict.fromkeys(part.ranking[0][0] for part in parts if _asks(part))
    answered = whole.ranking[0][0]
    others = [label for label in asked if label != answered]
    return others[0] if answered in asked and len(others) == 1 else None


def _asks(part: Reading) -> bool:
    label, chance = part.ranking[0] if part.ranking else ("", 0.0)
    is_request = ("/" in label and not label.startswith(OUTSIDE)) or label in ERRANDS
    return part.inside and chance >= SURE and is_request
