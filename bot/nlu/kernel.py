"""A kernel machine: how alike sentences are, and from that a score for every label.

Regularised least squares on the kernel exp(2 g (k - 1)), where k mixes the likeness of sparse features and of sentence
vectors. It learns in seconds what a support vector machine on the same features learns in minutes, and reads better
(docs/measurements.md): near to a taught sentence it listens to that one, far from all to the whole.
"""

from __future__ import annotations

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

    def part(self, rows: npt.NDArray[np.intp]) -> Sentences:
        return Sentences(self.sparse[rows], None if self.vectors is None else self.vectors[rows])


@dataclass(frozen=True, slots=True)
class KernelMachine:
    """The taught sentences and their weights for every label."""

    #: The sparse features of the taught sentences, turned: one row a feature, so that a sentence touches few.
    by_feature: csr_matrix
    taught_vectors: Floats | None
    weights: Floats

    def scores(self, sentences: Sentences) -> Floats:
        """Return about 1 for the label of a sentence and -1 for others; a row for each sentence."""
        alike = (sentences.sparse @ self.by_feature).toarray()
        return np.asarray(_kernel(alike, sentences.vectors, self.taught_vectors) @ self.weights)


def train(taught: Sentences, labels: npt.NDArray[np.intp], count: int) -> KernelMachine:
    """Learn `count` labels from sentences; `labels` are their numbers."""
    wanted = np.full((len(labels), count), -1, np.float32)
    wanted[np.arange(len(labels)), labels] = 1
    sizes = np.bincount(labels, minlength=count)
    # A label with few sentences stands up to one with many.
    ridge = RIDGE * np.sqrt(sizes[labels] / sizes[labels].mean())
    # Here: only training needs scipy's linear algebra, and workers do without its memory.
    from bot.nlu.solver import solve

    kernel = _among(taught)
    return KernelMachine(csr_matrix(taught.sparse.T), taught.vectors, solve(kernel, ridge.astype(np.float32), wanted))


def _among(taught: Sentences) -> Floats:
    """Return the kernel of all sentences with each other, block by block on every core: scipy lets go of the GIL."""
    sparse, vectors = taught.sparse, taught.vectors
    kernel = np.empty((sparse.shape[0], sparse.shape[0]), np.float32)

    def fill(first: int) -> None:
        rows = slice(first, first + BLOCK)
        alike = (sparse[rows] @ sparse[first:].T).toarray()
        block = _kernel(alike, None if vectors is None else vectors[rows], None if vectors is None else vectors[first:])
        kernel[rows, first:] = block
        kernel[first:, rows] = block.T

    with ThreadPoolExecutor() as threads:
        list(threads.map(fill, range(0, len(kernel), BLOCK)))
    return kernel


def _kernel(alike: Floats, vectors: Floats | None, others: Floats | None) -> Floats:
    """Mix the likenesses; works in the place of `alike`, since with many sentences memory is what costs."""
    kernel = np.asarray(alike, np.float32)
    if vectors is not None and others is not None:
        kernel *= 1 - MEANING
        kernel += MEANING * (vectors @ others.T)
    kernel -= 1
    kernel *= 2 * NEARNESS
    return np.exp(kernel, out=kernel)
