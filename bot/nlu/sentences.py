"""Where a message falls into parts, so that a second request in it can be read by itself."""

from __future__ import annotations

import re

#: Shorter messages say one thing, longer ones tell a story, which is read best as a whole.
LEAST_WORDS, MOST_WORDS = 8, 30
#: A part with fewer words says too little by itself, and goes with the part before it.
LEAST_PART = 3
#: Ends of sentences, and words that begin another matter.
BREAK = re.compile(
    r"[.!?;\u061f\u061b]+\s+|\s*\n\s*|(?<!\d),?\s+(?:and also|also|plus|and another thing|another thing|and then|and"
    r"|y tambi[eé]n|tambi[eé]n|adem[aá]s|y otra cosa|otra cosa|y"
    r"|bir de|ayr[ıi]ca|ve|\u0648\u0643\u0645\u0627\u0646|\u0643\u0645\u0627\u0646|\u0648\u0623\u064a\u0636\u0627)\s+",
    re.IGNORECASE,
)
#: A comma parts what is long enough on both sides.
COMMA = re.compile(r",\s+")


def parts(text: str) -> list[str]:
    """Return the parts of `text` in their order; none when it says one thing."""
    if not LEAST_WORDS <= len(text.split()) <= MOST_WORDS:
        return []
    found: list[str] = []
    for piece in (piece for sentence in BREAK.split(text) for piece in COMMA.split(sentence)):
        if found and (len(piece.split()) < LEAST_PART or len(found[-1].split()) < LEAST_PART):
            found[-1] += f" {piece}"
        elif piece.strip():
            found.append(piece.strip())
    return found if len(found) > 1 else []
