"""How the directory compares words: without accents, plurals and articles, forgiving typos and Turkish endings."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from bot.fold import alike

#: Shorter words than this are only taken for themselves: "park" is no typo of "bark".
SHORTEST_TYPO = 5
LEAST_LIKENESS = 84
#: As many letters may Turkish endings have.
LONGEST_ENDING = 5

_WORD = re.compile(r"[^\W_]+")
#: "and", "in", "to" and "the" as Arabic writes them, in one with the word.
_ARTICLE = re.compile(r"^(?:[وفبك]?ال|لل)(?=\w{3})")


def tokens(text: str) -> list[str]:
    """Return the words of a text, in the form in which they are compared."""
    return [_root(word) for word in _WORD.findall(alike(text).replace("'", "").replace("’", ""))]


def _root(word: str) -> str:
    word = _ARTICLE.sub("", word)
    if len(word) > 5 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def same(said: str, meant: str) -> bool:
    """Tell whether one word is another, or a typo of it."""
    if said == meant:
        return True
    return min(len(said), len(meant)) >= SHORTEST_TYPO and fuzz.ratio(said, meant) >= LEAST_LIKENESS


def inflected(said: str, meant: str) -> bool:
    """Tell whether a word is another with a Turkish ending: "eczaneye" is "eczane"."""
    return len(meant) > 3 and said.startswith(meant) and len(said) - len(meant) <= LONGEST_ENDING
