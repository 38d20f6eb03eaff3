"""The arithmetic of the evaluation: shares with their intervals, F1, calibration, confusion. Knows no messages.

A few lines each with numpy; scikit-learn has them too, but takes longer to import than they take to run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

#: Of the normal distribution, 95% lies within so many standard deviations.
Z = 1.959963984540054
BINS = 15

Pair = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many."""

    hits: int
    count: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.hits / self.count if self.count else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95% interval of the share; None of nothing."""
        if not self.count:
            return None
        n, p = self.count, self.hits / self.count
        centre, spread = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        scale = 1 + Z * Z / n
        return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def rate(hits: Iterable[bool]) -> Rate:
    """Count what is true."""
    listed = list(hits)
    return Rate(sum(listed), len(listed))


@dataclass(frozen=True, slots=True)
class F1:
    """How well things were found: rightly found, wrongly found, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: F1) -> F1:
        return F1(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float | None:
        """Share of what was found that is right; None when nothing was found."""
        found = self.right + self.wrong
        return self.right / found if found else None

    @property
    def recall(self) -> float | None:
        """Share of what was there that was found; None when nothing was there."""
        there = self.right + self.missed
        return self.right / there if there else None

    @property
    def value(self) -> float | None:
        """F1, 0 to 1; None when nothing was there and nothing found."""
        count = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / count if count else None


def macro_f1(pairs: Sequence[Pair]) -> float | None:
    """Return the mean F1 of all labels that are the truth of a (truth, reading) pair; None without pairs."""
    right = Counter(truth for truth, reading in pairs if truth == reading)
    truths, readings = Counter(truth for truth, _ in pairs), Counter(reading for _, reading in pairs)
    scores = [2 * right[label] / (truths[label] + readings[label]) for label in truths]
    return float(np.mean(scores)) if scores else None


def match(truth: Iterable[tuple[str, str]], found: Iterable[tuple[str, str]]) -> dict[str, F1]:
    """Compare (type, value) pairs by type; values are the same whatever blanks stand around them, and in any case."""
    there, read = Counter(map(_comparable, truth)), Counter(map(_comparable, found))
    scores: dict[str, F1] = {}
    for pair in there | read:
        right = min(there[pair], read[pair])
        score = F1(right, wrong=read[pair] - right, missed=there[pair] - right)
        scores[pair[0]] = scores.get(pair[0], F1()) + score
    return scores


def _comparable(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[0], pair[1].strip().casefold()


@dataclass(frozen=True, slots=True)
class Bin:
    """Readings of about the same confidence."""

    count: int
    #: Means, 0 to 1; 0 in an empty bin.
    confidence: float
    accuracy: float


def calibration_bins(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """Return `bins` of equal width from 0 to 1; a confidence on a border belongs to the lower one."""
    sure: NDArray[np.float64] = np.asarray(confidences, dtype=float)
    good: NDArray[np.float64] = np.asarray(right, dtype=float)
    places = np.clip(np.ceil(sure * bins).astype(int) - 1, 0, bins - 1)
    found = []
    for place in range(bins):
        here = places == place
        count = int(here.sum())
        means = (float(sure[here].mean()), float(good[here].mean())) if count else (0.0, 0.0)
        found.append(Bin(count, *means))
    return found


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the expected calibration error, 0 to 1: how far sureness and accuracy lie apart; None of nothing."""
    count = sum(bin.count for bin in bins)
    return sum(bin.count * abs(bin.confidence - bin.accuracy) for bin in bins) / count if count else None


def confused(pairs: Iterable[Pair], most: int) -> list[tuple[str, str | None, int]]:
    """Return the (truth, reading, count) of what is taken for another most often, equals by name."""
    counts = Counter(pair for pair in pairs if pair[0] != pair[1])
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or ""))
    return [(truth, reading, count) for (truth, reading), count in ordered[:most]]


def confusion(pairs: Sequence[Pair]) -> tuple[list[str], list[str], NDArray[np.float64]]:
    """Return the truths that are ever misread, what they are read as, and how often: rows add up to 1.

    Both are sorted; messages without a reading are left out.
    """
    read = [(truth, reading) for truth, reading in pairs if reading is not None]
    misread = {truth for truth, reading in read if truth != reading}
    counts = Counter(pair for pair in read if pair[0] in misread)
    rows, columns = sorted(misread), sorted(misread | {reading for _, reading in counts})
    matrix = np.array([[counts[row, column] for column in columns] for row in rows], dtype=float)
    return rows, columns, matrix / matrix.sum(axis=1, keepdims=True) if rows else matrix


def percentiles(values: Sequence[float], wanted: Sequence[int] = (50, 95)) -> dict[int, float]:
    """Return the wanted percentiles of some values; none of none."""
    return {p: float(np.percentile(values, p)) for p in wanted} if values else {}
