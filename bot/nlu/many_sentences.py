"""The sentence encoder's arithmetic for many sentences at once: what a token adds is worked out once for all of them.

A training's sentences have 17 times as many tokens as there are different ones, and two fifths of the encoder's work
hang on a token alone. Takes the weights of the package's own encoder, and comes to the same vectors.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]

#: The encoder's three branches look at so many tokens at a time, of which so many stand before the one in the middle.
WINDOWS = ((2, 0), (3, 1), (5, 2))
#: Numbers of a token that each branch has.
WIDTH = 256
#: The table of tokens is kept as bytes in so many chunks by turns, each with its own scale.
CHUNKS = 17
#: Tokens that one thread takes at a time: what belongs to them stays in the processor's cache.
BATCH = 2048


@dataclass(frozen=True, slots=True)
class _Tokens:
    """What single tokens come to, a row each."""

    embedded: Floats
    projected: Floats
    #: By branch: what each token adds at each place of the window, the places of a token one below the other.
    added: tuple[Floats, ...]


def encode_many(model: Any, tokens: list[list[int]]) -> Floats:
    """Return one vector of length 1 for the tokens of each sentence; `model` is the package's encoder.

    Every sentence needs a token at least.
    """
    lengths = np.fromiter(map(len, tokens), np.intp, len(tokens))
    distinct, which = np.unique(np.fromiter((t for row in tokens for t in row), np.intp), return_inverse=True)
    known = _known(model, distinct)
    ends = np.cumsum(lengths)
    # A batch ends where BATCH tokens are passed.
    batches = np.split(np.arange(len(tokens)), np.flatnonzero(np.diff(ends // BATCH)) + 1)

    def encode(batch: Numbers) -> Floats:
        first, last = batch[0], batch[-1]
        return _encoded(model, known, which[ends[first] - lengths[first] : ends[last]], lengths[batch])

    # Each batch has a thread of its own: numpy's would only be in their way.
    with threadpool_limits(1), ThreadPoolExecutor() as threads:
        return np.vstack(list(threads.map(encode, batches)))


def _known(model: Any, tokens: Numbers) -> _Tokens:
    chunk = tokens % CHUNKS
    embedded = model.table[tokens].astype(np.float32)
    embedded *= model.scale[chunk, None]
    embedded += model.lo[chunk, None]
    projected = embedded @ model.proj_W + model.proj_b
    projected -= projected.mean(axis=1, keepdims=True)
    projected /= np.sqrt(_squared(projected) / projected.shape[1] + model.eps)[:, None]
    projected = projected * model.ln_g_all + model.ln_b_all
    branches = np.split(projected, len(WINDOWS), axis=1)
    return _Tokens(embedded, projected, tuple(map(_added, branches, model.w1)))


def _added(rows: Floats, weights: Floats) -> Floats:
    """Return what each row adds to the sum over a window, at each place in it: rows of the window's places."""
    by_place = weights.reshape(-1, WIDTH, WIDTH).transpose(1, 0, 2).reshape(WIDTH, -1)
    return (rows @ by_place).reshape(-1, WIDTH)


def _encoded(model: Any, known: _Tokens, which: Numbers, lengths: Numbers) -> Floats:
    """Return the vectors of sentences that stand one behind the other; `which` are their tokens' rows in `known`."""
    starts = np.cumsum(lengths) - lengths
    branches = [known.embedded[which]]
    for branch, (size, before) in enumerate(WINDOWS):
        tokens, places, rows = _windows(starts, lengths, size, before)
        once = _rectified(_summed(rows, which[tokens] * size + places, known.added[branch]), model.b1[branch])
        once += known.projected[which, branch * WIDTH : (branch + 1) * WIDTH]
        twice = _rectified(_summed(rows, tokens * size + places, _added(once, model.w2[branch])), model.b2[branch])
        twice += once
        branches.append(twice)
    return _finished(model, np.hstack(branches), starts, lengths)


def _windows(starts: Numbers, lengths: Numbers, size: int, before: int) -> tuple[Numbers, Numbers, Numbers]:
    """Return the tokens in the window around each token, their places in it, and where each window's tokens begin."""
    middle = np.arange(lengths.sum())[:, None]
    tokens = middle + np.arange(-before, size - before)
    first = np.repeat(starts, lengths)[:, None]
    inside = (tokens >= first) & (tokens < first + np.repeat(lengths, lengths)[:, None])
    return tokens[inside], np.nonzero(inside)[1], np.append(0, np.cumsum(inside.sum(axis=1)))


def _summed(starts: Numbers, numbers: Numbers, rows: Floats, weights: Floats | None = None) -> Floats:
    """Return sums of rows: the first of rows numbers[starts[0]:starts[1]], and so on."""
    each = np.ones(len(numbers), np.float32) if weights is None else weights
    return np.asarray(csr_matrix((each, numbers, starts), shape=(len(starts) - 1, len(rows))) @ rows)


def _rectified(rows: Floats, bias: Floats) -> Floats:
    rows += bias
    return np.asarray(np.maximum(rows, 0, out=rows))


def _finished(model: Any, tokens: Floats, starts: Numbers, lengths: Numbers) -> Floats:
    """Return sentences' vectors from what their tokens came to: normalised, added up, and through the last layers."""
    mean = tokens.mean(axis=1, keepdims=True)
    spread = 1 / np.sqrt(_squared(tokens) / tokens.shape[1] - mean[:, 0] ** 2 + model.eps)
    ends, numbers = np.append(starts, len(tokens)), np.arange(len(tokens))
    added = _summed(ends, numbers, tokens, spread) - _summed(ends, numbers, mean, spread)
    count = lengths.astype(np.float32)[:, None]
    pooled = ((added * model.ln_g + count * model.ln_b) @ model.cnn_W + count * model.cnn_b) / np.sqrt(count)
    first = np.maximum(pooled @ model.p1 + np.maximum(pooled @ model.d0, 0) @ model.d1, 0)
    vectors = np.tanh(first @ model.p3 + np.maximum(first @ model.d2, 0) @ model.d3)
    return np.asarray(vectors / np.sqrt(np.maximum(_squared(vectors), model.eps))[:, None])


def _squared(rows: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", rows, rows))
