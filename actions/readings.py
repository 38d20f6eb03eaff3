"""How a message may be meant: what the pipeline read in it, best first, and what of that can be offered as a choice."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

#: Full intent ("faq/bin_days", "report") and how sure it is, 0 to 1.
Reading = tuple[str, float]

REPORT = "report"
#: What is like nothing that was taught, or has nothing to do with a town.
NOTHING_KNOWN = "out_of_scope/other"


def readings(parsed: Mapping[str, Any]) -> list[Reading]:
    """Return the full intents of a parsed message, best first; none when nothing in it is known."""
    ranking = parsed.get("response_selector", {}).get("default", {}).get("ranking", [])
    return [(entry["intent_response_key"], entry["confidence"]) for entry in ranking]


def is_unclear(ranking: Sequence[Reading], offered: Container[str], *, margin: float, sure: float) -> bool:
    """Tell whether to ask: the best reading is not `sure` enough, or another one `offered` is within the `margin`.

    Small talk beside small talk is answered: nothing is lost when "bye, thanks" is taken for thanks.
    """
    if not ranking or ranking[0][1] < sure:
        return True
    best, chance = ranking[0]
    rivals = [other for intent, other in ranking[1:] if intent in offered and not _both_reports(best, intent)]
    return bool(rivals) and chance - rivals[0] < margin


def _both_reports(one: str, other: str) -> bool:
    """Tell whether two readings begin the same interview, which finds the service itself."""
    return one.partition("/")[0] == other.partition("/")[0] == REPORT
