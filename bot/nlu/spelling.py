"""Repairs single words: one typing error towards the words of the examples, then towards a language's common words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

#: Shorter words have too many neighbours.
SHORTEST = 3
#: Rarer words of so many letters are often slips of the finger ("teh"), and then two letters changed places; other
#: changes are not tried on them, since "owl" is rare and right.
COMMON_ENOUGH = {3: 1500, 4: 6000}
#: Two errors are repaired in words as long as this, and only towards words of the examples.
LONG = 8
NEVER = 1 << 30
#: Commonest words that together have every letter of a language.
ALPHABET_FROM = 1000
#: A word of the examples that stands in fewer of them may be an error itself.
OFTEN = 2


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known of one language, all words folded."""

    #: Words of the examples with the number of examples that have them.
    taught: Mapping[str, int]
    #: Common words with their rank, 0 the commonest.
    common: Mapping[str, int]
    #: Its letters, for trying what may have been meant.
    letters: str
    #: Words of the examples that may be suggested for a long word.
    long: tuple[str, ...]

    def knows(self, word: str) -> bool:
        return word in self.taught or self.common.get(word, NEVER) < COMMON_ENOUGH.get(len(word), NEVER)

    def suggest(self, word: str) -> str | None:
        """Return what was probably meant by a word that is not known, or None."""
        near = set(_swaps(word) if word in self.common else _one_edit(word, self.letters))
        taught = {known: self.taught[known] for known in near if self.taught.get(known, 0) >= OFTEN}
        if taught:
            return max(sorted(taught), key=lambda known: taught[known])
        common = [known for known in near if known in self.common]
        if common:
            return min(sorted(common), key=lambda known: self.common[known])
        if len(word) < LONG:
            return None
        found = process.extractOne(word, self.long, scorer=OSA.distance, score_cutoff=2)
        return str(found[0]) if found else None


def lexicon(taught: Mapping[str, int], common: Mapping[str, int]) -> Lexicon:
    """Return a lexicon of counted words and ranked words."""
    often = [word for word, count in taught.items() if count >= OFTEN]
    known = [*often, *list(common)[:ALPHABET_FROM]]
    letters = "".join(sorted({letter for word in known for letter in word if letter.isalpha()}))
    return Lexicon(dict(taught), dict(common), letters, tuple(word for word in often if len(word) >= LONG - 2))


def _one_edit(word: str, letters: str) -> Iterator[str]:
    """Yield everything that is one deletion, swap, replacement or insertion away from `word`."""
    for i in range(len(word) + 1):
        start, rest = word[:i], word[i:]
        if rest:
            yield start + rest[1:]
            yield from (start + letter + rest[1:] for letter in letters)
        yield from (start + letter + rest for letter in letters)
    yield from _swaps(word)


def _swaps(word: str) -> Iterator[str]:
    """Yield the word with two neighbours swapped, at every place."""
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def repairable(word: str) -> bool:
    """Tell whether a folded word may be touched at all: numbers, references and short words may not."""
    return len(word) >= SHORTEST and word.isalpha()
