"""Solves the kernel machine's equations: preconditioned conjugate gradients, for all labels at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular

Floats = npt.NDArray[np.float32]

#: Sentences that stand for all when the equations are prepared for the iteration.
LANDMARKS = 2000
ITERATIONS = 8
#: Small enough a residual to stop before.
ENOUGH = 0.01


def solve(kernel: Floats, ridge: Floats, wanted: Floats) -> Floats:
    """Solve (kernel + diag(ridge)) x = wanted by preconditioned conjugate gradients, all columns at once.

    A few iterations cost a fraction of a factorisation, and what they leave unsolved is noise.
    """
    prepare = _preconditioner(kernel, float(ridge.mean()))
    solution, residual = np.zeros_like(wanted), wanted.copy()
    prepared = prepare(residual)
    direction, energy = prepared.copy(), _dot(residual, prepared)
    for _ in range(ITERATIONS):
        image = kernel @ direction + ridge[:, None] * direction
        step = energy / np.maximum(_dot(direction, image), 1e-12)
        solution += step * direction
        residual -= step * image
        if np.linalg.norm(residual) < ENOUGH * np.linalg.norm(wanted):
            break
        prepared = prepare(residual)
        before, energy = energy, _dot(residual, prepared)
        direction = prepared + direction * (energy / np.maximum(before, 1e-12))
    return solution


def _preconditioner(kernel: Floats, ridge: float) -> Callable[[Floats], Floats]:
    """Return what undoes the kernel as far as a sample of sentences knows it (Nystroem's approximation)."""
    chosen = np.random.default_rng(0).permutation(len(kernel))[:LANDMARKS]
    identity = np.eye(len(chosen), dtype=np.float32)
    root = cholesky(kernel[np.ix_(chosen, chosen)] + 1e-4 * identity, lower=True, check_finite=False)
    known = solve_triangular(root, kernel[:, chosen].T, lower=True, check_finite=False).T
    inner = cho_factor(known.T @ known + ridge * identity, check_finite=False)
    return lambda rest: np.asarray((rest - known @ cho_solve(inner, known.T @ rest, check_finite=False)) / ridge)


def _dot(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->j", one, other))
