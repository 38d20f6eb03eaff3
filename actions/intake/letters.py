"""How alike texts are by their letters: words and groups of four letters, the rare ones most; typos cost little."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from actions.intake.text import plain

Floats = npt.NDArray[np.float64]

#: Letters of a group, and how much one group counts beside a whole word.
GROUP, GROUP_WEIGHT = 4, 0.35
#: Less than this in all, a text tells too little to be like any other: "street" is no "street light".
TELLING = 10.0
#: A word that nobody used, of so many letters at least, is a typo of one that is so much like it.
TYPO_FROM, TYPO_LIKENESS = 5, 84


def _groups(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in plain(text).split():
        found[f"={word}"] += 1
        edged = f"^{word}$"
        for start in range(max(1, len(edged) - GROUP + 1)):
            found[edged[start : start + GROUP]] += GROUP_WEIGHT  # type: ignore[assignment]
    return found


class Letters:
    """The groups of many texts, against which others are compared."""

    def __init__(self, texts: Sequence[str]) -> None:
        groups = [_groups(text) for text in texts]
        counts = Counter(group for found in groups for group in found)
        self._unknown = math.log(len(texts) + 1)
        self._rareness = {group: math.log((len(texts) + 1) / (n + 0.5)) for group, n in counts.items()}
        places: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, found in enumerate(groups):
            for group, weight in self._weighed(found, 1.0).items():
                places[group].append((number, weight))
        self._count = len(texts)
        self._words = [group[1:] for group in counts if group.startswith("=") and len(group) > TYPO_FROM]
        self._places = {
            group: (np.array([number for number, _ in found]), np.array([weight for _, weight in found]))
            for group, found in places.items()
        }

    def corrected(self, text: str) -> str:
        """Return the words of `text`, typos put right."""
        return " ".join(map(self._meant, plain(text).split()))

    def _meant(self, word: str) -> str:
        if len(word) < TYPO_FROM or f"={word}" in self._rareness:
            return word
        best = process.extractOne(word, self._words, scorer=fuzz.ratio, score_cutoff=TYPO_LIKENESS)
        return best[0] if best else word

    def likeness(self, text: str) -> Floats:
        """Return how alike `text` is to each of the texts, 0 to 1."""
        found = np.zeros(self._count)
        for group, weight in self._weighed(_groups(self.corrected(text)), TELLING).items():
            if group in self._places:
                numbers, weights = self._places[group]
                found[numbers] += weight * weights
        return found

    def _weighed(self, groups: Counter[str], least: float) -> dict[str, float]:
        """Return the groups' weights, as a vector of length 1, or shorter when all of them tell less than `least`."""
        weights = {group: n * self._rareness.get(group, self._unknown) for group, n in groups.items()}
        length = max(least, math.sqrt(sum(weight * weight for weight in weights.values())))
        return {group: weight / length for group, weight in weights.items()}
