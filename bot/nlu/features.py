"""Sparse features of sentences: TF-IDF of words, pairs of words, and groups of letters within words.

Our own few lines, not scikit-learn's vectorizers: the worker would carry 60 MB of imports for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
        row, column, value = [], [], []
        for number, text in enumerate(texts):
            for found, first in ((_words(text), 0), (_letters(text), len(self.words))):
                known = self.letters if first else self.words
                counts = {known[name]: n for name, n in Counter(found).items() if name in known}
                weights = self._weights(counts, first)
                row += [number] * len(counts)
                column += [first + feature for feature in counts]
                value.append(weights)
        values = np.concatenate(value) if value else np.zeros(0, np.float32)
        return csr_matrix((values, (row, column)), shape=(len(texts), len(self.idf)), dtype=np.float32)

    def _weights(self, counts: dict[int, int], first: int) -> Floats:
        numbers = np.fromiter(counts.keys(), np.intp, len(counts))
        times = np.fromiter(counts.values(), np.float32, len(counts))
        weights = (1 + np.log(times)) * self.idf[first + numbers]
        length = float(np.sqrt(2 * np.sum(weights**2)))
        return np.asarray(weights / length if length else weights, np.float32)


def learn(texts: Sequence[str]) -> Features:
    """Learn which features there are, and how telling each is."""
    words, letters = _frequencies(map(_words, texts)), _frequencies(map(_letters, texts))
    most = TOO_COMMON * len(texts) if len(texts) >= MANY else len(texts)
    kept = [{name: n for name, n in sorted(counted.items()) if n <= most} for counted in (words, letters)]
    frequency = np.array([n for counted in kept for n in counted.values()], np.float32)
    idf = (1 + np.log((1 + len(texts)) / (1 + frequency))).astype(np.float32)
    numbered = [{name: number for number, name in enumerate(counted)} for counted in kept]
    return Features(words=numbered[0], letters=numbered[1], idf=idf)


def _frequencies(sentences: Iterable[list[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for sentence in sentences:
        found.update(set(sentence))
    return found


def _words(text: str) -> list[str]:
    words = text.split()
    return words + [f"{one} {other}" for one, other in pairwise(words)]


def _letters(text: str) -> list[str]:
    padded = [f" {word} " for word in text.split()]
    return [word[i : i + size] for word in padded for size in LETTERS for i in range(len(word) - size + 1)]
