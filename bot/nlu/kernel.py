"""A kernel machine: how alike sentences are, and from that a score for every label.

Regularised least squares on the kernel exp(2 g (k - 1)), where k mixes the likeness of sparse features and of sentence
vectors. It learns in seconds what a support vector machine on the same features learns in minutes, and reads better
(docs/measurements.md): near to a taught sentence it listens to that one, far from all to the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]

#: Weight of the sentence vectors' likeness beside that of the sparse features.
MEANING = 0.65
#: How fast influence falls with distance: g in the kernel.
NEARNESS = 0.5
#: How little the machine trusts a single taught sentence.
RIDGE = 0.03
#: Rows of the kernel that are made at a time, so that the sparse product never stands in memory as a whole.
BLOCK = 512


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences as the kernel sees them: one row each in both."""

    sparse: csr_matrix
    #: Vectors of length 1, or None when no encoder is in the pipeline.
    vectors: Floats | None

    def part(self, rows: npt.NDArray[np.intp] | slice) -> Sentences:
        return Sentences(self.sparse[rows], None if self.vectors is None else self.vectors[rows])

    def weighed(self, *, meaning: bool) -> Sentences:
        """Return them as much as they count, so that a product of two tells how alike they are, -1 left aside."""
        if not meaning or self.vectors is None:
            return Sentences(np.float32(np.sqrt(2 * NEARNESS)) * self.sparse, None)
        words, vectors = np.sqrt([2 * NEARNESS * (1 - MEANING), 2 * NEARNESS * MEANING]).astype(np.float32)
        return Sentences(words * self.sparse, vectors * self.vectors)


@dataclass(frozen=True, slots=True)
class KernelMachine:
    """The taught sentences and their weights for every label."""

    #: The sparse features of the taught sentences, turned: one row a feature, so that a sentence touches few.
    by_feature: csr_matrix
    #: Their vectors, turned.
    taught_vectors: Floats | None
    weights: Floats

    def scores(self, sentences: Sentences) -> Floats:
        """Return about 2 for the label of a sentence and 0 for others; a row for each sentence."""
        seen = sentences.weighed(meaning=self.taught_vectors is not None)
        count = seen.sparse.shape[0]
        scores = np.empty((count, self.weights.shape[1]), np.float32)

        def fill(first: int) -> None:
            rows = slice(first, first + BLOCK)
            part = seen.part(rows) if count > BLOCK else seen
            scores[rows] = _kernel(part.sparse @ self.by_feature, part.vectors, self.taught_vectors) @ self.weights

        _by_blocks(fill, count)
        return scores


def train(taught: Sentences, labels: npt.NDArray[np.intp], count: int) -> KernelMachine:
    """Learn `count` labels from sentences; `labels` are their numbers."""
    # By label, which is how the solver takes them.
    order = np.argsort(labels, kind="stable")
    seen, labels = taught.part(order).weighed(meaning=True), labels[order]
    wanted = np.zeros((count, len(labels)), np.float32)
    wanted[labels, np.arange(len(labels))] = 2
    sizes = np.bincount(labels, minlength=count)
    # A label with few sentences stands up to one with many.
    ridge = (RIDGE * np.sqrt(sizes[labels] / sizes[labels].mean())).astype(np.float32)
    # Here: only training needs scipy's linear algebra, and workers do without its memory.
    from bot.nlu.solver import solve

    weights = solve(_among(seen), ridge, wanted, sizes)
    turned = None if seen.vectors is None else np.ascontiguousarray(seen.vectors.T)
    return KernelMachine(csr_matrix(seen.sparse.T), turned, np.ascontiguousarray(weights.T))


def _among(seen: Sentences) -> Floats:
    """Return the kernel of all sentences with each other."""
    sparse, vectors = seen.sparse, seen.vectors
    count = sparse.shape[0]
    kernel = np.empty((count, count), np.float32)

    def fill(first: int) -> None:
        rows = slice(first, first + BLOCK)
        alike = sparse[rows] @ sparse[first:].T
        block = _kernel(alike, *((None, None) if vectors is None else (vectors[rows], vectors[first:].T)))
        kernel[rows, first:] = block
        kernel[first:, rows] = block.T

    _by_blocks(fill, count)
    return kernel


def _by_blocks(fill: Callable[[int], None], count: int) -> None:
    """Call `fill` with the first row of every block, on every core when there are several: scipy lets go of the GIL."""
    firsts = range(0, count, BLOCK)
    if len(firsts) < 2:
        list(map(fill, firsts))
        return
    with ThreadPoolExecutor() as threads:
        list(threads.map(fill, firsts))


def _kernel(alike: csr_matrix, vectors: Floats | None, others: Floats | None) -> Floats:
    """Return how alike sentences and others are: by their sparse features' likeness, and by vectors and turned ones."""
    kernel = alike.toarray()
    if vectors is not None and others is not None:
        kernel += vectors @ others
    kernel -= 2 * NEARNESS
    return np.asarray(np.exp(kernel, out=kernel))
