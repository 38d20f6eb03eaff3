"""Reading which of the offered choices a citizen means: "2", "two", "the second one", the label, a typo of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, utils

#: Words for one to nine, cardinal and ordinal, in the languages the assistant speaks.
NUMBER_WORDS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "one first uno una primero primera primer",
            "two second dos segundo segunda",
            "three third tres tercero tercera tercer",
            "four fourth cuatro cuarto cuarta",
            "five fifth cinco quinto quinta",
            "six sixth seis sexto sexta",
            "seven seventh siete septimo septima séptimo séptima",
            "eight eighth ocho octavo octava",
            "nine ninth nueve noveno novena",
        ),
        start=1,
    )
    for word in words.split()
}
#: After these, "one" is not the number: "the second one".
ORDINALS = frozenset("first second third fourth fifth sixth seventh eighth ninth".split())
#: Words that may stand around a number without changing what it says.
FILLERS = frozenset("the option number no nr choice please pls la el lo opcion opción numero número por favor".split())
LEAST_LIKENESS = 85


def _number(words: Sequence[str]) -> int | None:
    rest = [word for word in words if word not in FILLERS] or list(words)
    if len(rest) == 2 and rest[1] == "one" and rest[0] in ORDINALS:
        rest = rest[:1]
    if len(rest) != 1:
        return None
    word = re.sub(r"(?<=\d)(st|nd|rd|th|º|ª)$", "", rest[0])
    # More digits are no choice of ours, and int() refuses thousands of them.
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 4 else NUMBER_WORDS.get(word)


def read_choice(text: str, titles: Sequence[str]) -> int | None:
    """Return the index (from 0) of the title that `text` means, or None if it is none of them or could be several.

    Numbers count only alone ("2", "option two"): "12" or "21 Main St" never picks a choice by containing a digit.
    """
    said = utils.default_process(text)
    number = _number(said.split())
    labels = [utils.default_process(title) for title in titles]
    if said in labels:
        return labels.index(said)
    if number is not None:
        return number - 1 if 1 <= number <= len(titles) else None
    scores = [fuzz.ratio(said, label) for label in labels]
    best = max(scores, default=0)
    return scores.index(best) if len(said) > 2 and best >= LEAST_LIKENESS and scores.count(best) == 1 else None
