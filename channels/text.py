"""Text for phones: how choices, links and numbers look without a screen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.messages import Choice
from bot.segments import GSM_BASIC, GSM_EXTENDED, LONGEST, Segments, economical, is_gsm, segments, split
from channels.markdown import plain

__all__ = [
    "GSM_BASIC",
    "GSM_EXTENDED",
    "LONGEST",
    "Segments",
    "economical",
    "is_gsm",
    "legible",
    "numbered",
    "plain",
    "segments",
    "split",
]

_ARABIC = re.compile(r"[\u0600-\u06ff]")
#: What a reader of Arabic would see in the wrong order: 555-0100 as 0100-555, "12 Oak" as "Oak 12". Addresses in the
#: web begin with a letter, and keep theirs.
_BACKWARDS = re.compile(r"(?<![^\s(«\"،])(?=\+?\d)(?:\+?[\dA-Z]+(?:[-\u2013][\dA-Z]+)+|\d+[A-Za-z]?(?= [A-Za-z]))")
_LEFT_TO_RIGHT = "\u200e"


def legible(text: str) -> str:
    """Return an Arabic text with marks that keep its numbers from being read backwards; others as they are."""
    return _BACKWARDS.sub(lambda found: _LEFT_TO_RIGHT + found[0], text) if _ARABIC.search(text) else text


def numbered(text: str, choices: Sequence[Choice]) -> str:
    """Put the choices below the text as numbers: no word of theirs can then be one that belongs to the carrier."""
    lines = [f"{number}. {choice.title}" for number, choice in enumerate(choices, start=1)]
    return "\n".join([text, *lines]).strip()
