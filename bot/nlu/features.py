"""Sparse features of sentences: TF-IDF of words, pairs of words, and groups of letters within words.

Our own few lines, not scikit-learn's vectorizers: the worker would carry 60 MB of imports for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]

#: Sizes of letter groups, the blanks around a word included: typing errors leave most of them whole.
LETTERS = (2, 3, 4)
#: What stands in more than this share of many sentences tells nothing, and costs most of the time.
TOO_COMMON = 0.05
#: Fewer sentences than this say nothing of what is common.
MANY = 1000


@dataclass(frozen=True, slots=True)
class Features:
    """Knows the features of the training sentences; `rows` turns sentences into vectors of length 1."""

    words: dict[str, int]
    letters: dict[str, int]
    #: Inverse document frequency by number of feature: words first, then letters.
    idf: Floats

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """Return one row a sentence; words and letters weigh the same."""
        groups: dict[str, list[int]] = {}
        words = self._block([self._known_words(text) for text in texts])
        return words + self._block([self._known_letters(text, groups) for text in texts])

    def _known_words(self, text: str) -> list[int]:
        return [self.words[name] for name in _words(text) if name in self.words]

    def _known_letters(self, text: str, groups: dict[str, list[int]]) -> list[int]:
        """Return the numbers of a text's letter groups; words that were seen already are looked up in `groups`."""
        for word in text.split():
            if word not in groups:
                first = len(self.words)
                groups[word] = [first + self.letters[name] for name in _letters(word) if name in self.letters]
        return [number for word in text.split() for number in groups[word]]

    def _block(self, found: list[list[int]]) -> csr_matrix:
        """Weigh features by how often they stand in a sentence, and how telling they are; rows of length 0.71."""
        starts = np.cumsum([0, *map(len, found)])
        numbers = np.fromiter((number for row in found for number in row), np.int32, starts[-1])
        counted = csr_matrix((np.ones(len(numbers), np.float32), numbers, starts), shape=(len(found), len(self.idf)))
        counted.sum_duplicates()
        counted.data = (1 + np.log(counted.data)) * self.idf[counted.indices]
        rows = np.repeat(np.arange(len(found)), np.diff(counted.indptr))
        counted.data /= np.sqrt(2 * np.bincount(rows, counted.data**2))[rows]
        return counted


def learn(texts: Sequence[str]) -> Features:
    """Learn which features there are, and how telling each is."""
    groups = {word: _letters(word) for word in set(chain.from_iterable(text.split() for text in texts))}
    words = Counter(chain.from_iterable(set(_words(text)) for text in texts))
    letters = Counter(chain.from_iterable(set().union(*(groups[word] for word in text.split())) for text in texts))
    most = TOO_COMMON * len(texts) if len(texts) >= MANY else len(texts)
    kept = [{name: n for name, n in sorted(counted.items()) if n <= most} for counted in (words, letters)]
    frequency = np.array([n for counted in kept for n in counted.values()], np.float32)
    idf = (1 + np.log((1 + len(texts)) / (1 + frequency))).astype(np.float32)
    numbered = [{name: number for number, name in enumerate(counted)} for counted in kept]
    return Features(words=numbered[0], letters=numbered[1], idf=idf)


def _words(text: str) -> list[str]:
    words = text.split()
    return words + [f"{one} {other}" for one, other in pairwise(words)]


def _letters(text: str) -> list[str]:
    padded = [f" {word} " for word in text.split()]
    return [word[i : i + size] for word in padded for size in LETTERS for i in range(len(word) - size + 1)]
