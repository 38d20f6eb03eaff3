"""Solves the kernel machine's equations: preconditioned conjugate gradients, for all labels at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular

Floats = npt.NDArray[np.float32]

#: Sentences that stand for all when the equations are prepared for the iteration.
LANDMARKS = 1500
ITERATIONS = 5
#: Small enough a residual to stop before.
ENOUGH = 0.01
#: Keeps equations solvable that say the same twice.
JITTER = 1e-3


def solve(kernel: Floats, ridge: Floats, wanted: Floats, sizes: npt.NDArray[np.intp]) -> Floats:
    """Solve x (kernel + diag(ridge)) = wanted, all rows at once, by preconditioned conjugate gradients.

    The sentences come in groups of `sizes`, in which they are more alike. A few iterations cost a fraction of a
    factorisation, and what they leave unsolved is noise. A row for each label: long rows keep all cores busy.
    """
    ends = np.cumsum(sizes)
    prepare = _preconditioner(kernel, ridge, [slice(*ends_) for ends_ in zip(ends - sizes, ends, strict=True)])
    solution, residual = np.zeros_like(wanted), wanted.copy()
    prepared = prepare(residual)
    direction, energy = prepared.copy(), _dot(residual, prepared)
    for _ in range(ITERATIONS):
        image = direction @ kernel + ridge * direction
        step = energy / np.maximum(_dot(direction, image), 1e-12)
        solution += step * direction
        residual -= step * image
        if np.linalg.norm(residual) < ENOUGH * np.linalg.norm(wanted):
            break
        prepared = prepare(residual)
        before, energy = energy, _dot(residual, prepared)
        direction = prepared + direction * (energy / np.maximum(before, 1e-12))
    return solution


def _preconditioner(kernel: Floats, ridge: Floats, groups: Sequence[slice]) -> Callable[[Floats], Floats]:
    """Return what undoes the kernel as far as a sample of sentences and the groups know it.

    Nystroem's approximation, exact within each group (Snelson and Ghahramani 2007 call it PIC).
    """
    chosen = np.random.default_rng(0).permutation(len(kernel))[:LANDMARKS]
    rows, identity = kernel[chosen], np.eye(len(chosen), dtype=np.float32)
    root = cholesky(rows[:, chosen] + JITTER * identity, lower=True, check_finite=False)
    known = np.ascontiguousarray(solve_triangular(root, rows, lower=True, overwrite_b=True, check_finite=False))
    whiteners = []
    for group in groups:
        part = known[:, group]
        unknown = kernel[group, group] - part.T @ part + np.diag(ridge[group] + JITTER)
        whiteners.append(np.linalg.inv(np.linalg.cholesky(unknown)))
        known[:, group] = part @ whiteners[-1].T
    inner = cho_factor(known @ known.T + identity, overwrite_a=True, check_finite=False)

    def prepare(rest: Floats) -> Floats:
        rest = rest.copy()
        for group, whitener in zip(groups, whiteners, strict=True):
            rest[:, group] = rest[:, group] @ whitener.T
        rest -= cho_solve(inner, known @ rest.T, check_finite=False).T @ known
        for group, whitener in zip(groups, whiteners, strict=True):
            rest[:, group] = rest[:, group] @ whitener
        return rest

    return prepare


def _dot(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", one, other))[:, None]
