"""Sentences in, readings out: the kernel machine, calibrated, with a gate before it. Knows no Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.nlu import features, kernel
from bot.nlu.features import Features
from bot.nlu.kernel import KernelMachine, Sentences
from bot.nlu.text import normalise

Floats = npt.NDArray[np.float32]

#: Labels that begin so are out of scope: known not to be ours.
OUTSIDE = "out_of_scope"
#: Numbers kept of a sentence vector: its main directions over the examples.
DIRECTIONS = 192
#: Softmax temperatures tried on held-out scores; scores go from 0 to 2.
TEMPERATURES = np.geomspace(0.02, 2.0, 40)
#: Examples of the first machine, and those held out from it to see what its scores mean.
FIRST, HELD_OUT = 5000, 2500
#: The first machine knows an example already that it gives its label by so much more than any other: that example
#: would teach the last machine nothing, and cost time at every message.
KNOWN = 0.5
#: In data without examples of what is out of scope only so many are rejected: what is like nothing that was taught.
REJECTED_BLINDLY = 0.003
#: Calibration of data too small to tell.
UNTRIED = (0.3, -2.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a sentence was understood."""

    #: Label and probability, best first; empty when nothing in the sentence is known.
    ranking: tuple[tuple[str, float], ...]
    #: False when the sentence seems not to belong here, whatever label is nearest.
    inside: bool


NOTHING = Reading((), inside=False)


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """A trained model; `read` is all there is to it."""

    labels: tuple[str, ...]
    features: Features
    #: From a sentence vector to its main directions; None when no vectors were taught.
    directions: Floats | None
    machine: KernelMachine
    #: Divides the scores before they become probabilities.
    temperature: float
    #: By how much the best label of ours must beat the best one out of scope.
    lead: float

    def read(self, texts: Sequence[str], vectors: Floats | None) -> list[Reading]:
        """Understand sentences; `vectors` has a row for each, if an encoder is in the pipeline."""
        clean = [normalise(text) for text in texts]
        seen = _seen(self.features, clean, self.directions, vectors)
        scores = self.machine.scores(seen)
        inside = _lead(scores, outside(self.labels)) >= self.lead
        return [
            self._reading(row, bool(belongs)) if text else NOTHING
            for text, row, belongs in zip(clean, scores, inside, strict=True)
        ]

    def _reading(self, scores: Floats, inside: bool) -> Reading:
        chances = _softmax(scores[None] / self.temperature)[0]
        order = np.argsort(-chances, kind="stable")
        return Reading(tuple((self.labels[i], float(chances[i])) for i in order), inside)


def outside(labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Tell for each label whether it is one of those out of scope."""
    return np.array([label.partition("/")[0] == OUTSIDE for label in labels])


def train(texts: Sequence[str], labels: Sequence[str], vectors: Floats | None, rejected: float) -> SentenceModel:
    """Train on sentences, their labels and their vectors (None without an encoder).

    Of sentences that belong here the share `rejected` will seem not to, if out-of-scope examples are among them.
    """
    names = tuple(sorted(set(labels)))
    numbers = np.array([names.index(label) for label in labels])
    clean = [normalise(text) for text in texts]
    known = features.learn(clean)
    directions = None if vectors is None else _main_directions(vectors)
    seen = _seen(known, clean, directions, vectors)
    machine, (temperature, lead) = _taught(seen, numbers, names, rejected)
    return SentenceModel(names, known, directions, machine, temperature, lead)


def _taught(
    seen: Sentences, numbers: npt.NDArray[np.intp], names: Sequence[str], rejected: float
) -> tuple[KernelMachine, tuple[float, float]]:
    """Teach twice: a first machine shows what its scores mean, and which examples the last one can do without."""
    order = np.random.default_rng(0).permutation(len(numbers))
    held = order[: min(HELD_OUT, len(order) // 4)]
    first = order[len(held) :][:FIRST]
    if len(held) < 5:
        return kernel.train(seen, numbers, len(names)), UNTRIED
    machine = kernel.train(seen.part(first), numbers[first], len(names))
    calibration = _calibrated(machine.scores(seen.part(held)), numbers[held], outside(names), rejected)
    rest = np.setdiff1d(order, first)
    kept = np.concatenate([first, rest[_margin(machine.scores(seen.part(rest)), numbers[rest]) < KNOWN]])
    return kernel.train(seen.part(kept), numbers[kept], len(names)), calibration


def _calibrated(
    scores: Floats, numbers: npt.NDArray[np.intp], foreign: npt.NDArray[np.bool_], rejected: float
) -> tuple[float, float]:
    """Return temperature and lead that fit held-out sentences."""
    rows = np.arange(len(numbers))
    losses = [-np.log(_softmax(scores / t)[rows, numbers] + 1e-12).sum() for t in TEMPERATURES]
    ours = ~foreign[numbers]
    share = rejected if foreign.any() else REJECTED_BLINDLY
    lead = float(np.quantile(_lead(scores[ours], foreign), share)) if ours.any() else UNTRIED[1]
    return float(TEMPERATURES[int(np.argmin(losses))]), lead


def _lead(scores: Floats, foreign: npt.NDArray[np.bool_]) -> Floats:
    """Return by how much the best label of ours leads the best one out of scope, or nothing (0) if there is none."""
    ours = scores[:, ~foreign].max(axis=1, initial=0)
    return np.asarray(ours - scores[:, foreign].max(axis=1, initial=0))


def _margin(scores: Floats, numbers: npt.NDArray[np.intp]) -> Floats:
    """Return by how much the score of the right label beats every other."""
    rows = np.arange(len(numbers))
    others = scores.copy()
    others[rows, numbers] = -np.inf
    return np.asarray(scores[rows, numbers] - others.max(axis=1))


def _seen(known: Features, clean: Sequence[str], directions: Floats | None, vectors: Floats | None) -> Sentences:
    if directions is None or vectors is None:
        return Sentences(known.rows(clean), None)
    turned = vectors @ directions
    return Sentences(known.rows(clean), turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9))


def _main_directions(vectors: Floats) -> Floats:
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(directions[:, -DIRECTIONS:], np.float32)


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
