"""Sentences in, ranked labels out: TF-IDF of words and letter groups, a linear SVM, calibrated on held-out data.

Knows no Rasa. Character groups survive the typing errors of texting; the SVM needs few examples and trains in
seconds; measured against Rasa's own recipes in docs/measurements.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import KFold
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from bot.nlu.text import normalise

Floats = npt.NDArray[np.float32]

#: Softmax temperatures tried on the held-out scores.
TEMPERATURES = np.geomspace(0.1, 2.0, 25)
#: An SVM says 0 on the border of a label: a second label that comes so near claims the sentence too ("a permit").
RIVAL = -0.1
FOLDS = 5
#: Above this many sentences one fold tells enough, and the others would only cost time.
ONE_FOLD_ABOVE = 4000


@dataclass(frozen=True, slots=True)
class Reading:
    """How a sentence was understood."""

    #: Label and probability, best first; empty when nothing in the sentence is known.
    ranking: tuple[tuple[str, float], ...]
    #: False when it is better to ask back than to act on the best label.
    sure: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What held-out sentences taught about the scores."""

    temperature: float = 0.3
    #: Lower than this, the sentence is like nothing that was taught, whatever label is nearest.
    score: float = -1.0


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """A trained model; `read` is all there is to it."""

    features: FeatureUnion
    labels: tuple[str, ...]
    #: One row a feature, one column a label: a sentence touches few rows.
    weights: Floats
    intercepts: Floats
    limits: Limits

    def read(self, text: str, margin: float = 0.0) -> Reading:
        """Understand one sentence; unsure too when the two best labels are closer than `margin`."""
        row = self.features.transform([normalise(text)])
        if not row.nnz or not self.labels:
            return Reading(ranking=(), sure=False)
        scores = _scores(row, self.weights, self.intercepts)[0]
        chances = softmax(scores / self.limits.temperature)
        order = np.argsort(-chances)
        rival, second = (scores[order[1]], chances[order[1]]) if len(order) > 1 else (-1.0, 0.0)
        known = scores[order[0]] >= self.limits.score
        sure = known and rival < RIVAL and chances[order[0]] - second >= margin
        return Reading(tuple((self.labels[i], float(chances[i])) for i in order), bool(sure))


def train(texts: Sequence[str], labels: Sequence[str], rejected: float) -> SentenceModel:
    """Train on sentences and their labels; of sentences it reads right, the share `rejected` will count as unsure."""
    clean = [normalise(text) for text in texts]
    limits = _calibrate(clean, labels, rejected)
    return SentenceModel(*_fit(clean, labels), limits)


def _features() -> FeatureUnion:
    common: dict[str, Any] = {"sublinear_tf": True, "lowercase": False, "dtype": np.float32}
    words = TfidfVectorizer(analyzer="word", token_pattern=r"\w+", ngram_range=(1, 2), **common)  # noqa: S106
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), **common)
    return FeatureUnion([("words", words), ("letters", letters)])


def _fit(texts: Sequence[str], labels: Sequence[str]) -> tuple[FeatureUnion, tuple[str, ...], Floats, Floats]:
    features = _features()
    rows = features.fit_transform(texts)
    names = tuple(sorted(set(labels)))
    if len(names) == 1:  # an SVM needs two sides
        return features, names, np.zeros((rows.shape[1], 1), np.float32), np.ones(1, np.float32)
    # Balanced: a topic with 25 wordings stands up to an errand with 100.
    svm = LinearSVC(C=1.0, class_weight="balanced", random_state=0).fit(rows, list(labels))
    weights, intercepts = svm.coef_, svm.intercept_
    if len(names) == 2:  # one column stands for both
        weights, intercepts = np.vstack([-weights, weights]), np.hstack([-intercepts, intercepts])
    return features, names, np.ascontiguousarray(weights.T, np.float32), intercepts.astype(np.float32)


def _scores(rows: csr_matrix, weights: Floats, intercepts: Floats) -> Floats:
    return np.asarray(rows @ weights + intercepts)


def _calibrate(texts: Sequence[str], labels: Sequence[str], rejected: float) -> Limits:
    """Learn temperature and threshold from sentences that the model of their fold has not seen."""
    if len(texts) < 2 * FOLDS or len(set(labels)) < 2:
        return Limits()
    folds = _held_out(texts, labels)
    right = [s.max(axis=1)[s.argmax(axis=1) == true] for s, true in folds]
    if not sum(map(len, right)):
        return Limits()
    losses = [sum(_loss(scores / t, true) for scores, true in folds) for t in TEMPERATURES]
    return Limits(float(TEMPERATURES[int(np.argmin(losses))]), float(np.quantile(np.concatenate(right), rejected)))


def _loss(scores: Floats, true: npt.NDArray[np.intp]) -> float:
    return -float(log_softmax(scores, axis=1)[range(len(true)), true].sum())


def _held_out(texts: Sequence[str], labels: Sequence[str]) -> list[tuple[Floats, npt.NDArray[np.intp]]]:
    """Return, for each fold, the scores of its sentences and the column of the label each should have had."""
    folds = list(KFold(FOLDS, shuffle=True, random_state=0).split(texts))
    found = []
    for seen, held in folds[: 1 if len(texts) > ONE_FOLD_ABOVE else FOLDS]:
        features, names, weights, intercepts = _fit([texts[i] for i in seen], [labels[i] for i in seen])
        known = [i for i in held if labels[i] in names]
        if known:
            rows = features.transform([texts[i] for i in known])
            true = np.array([names.index(labels[i]) for i in known])
            found.append((_scores(rows, weights, intercepts), true))
    return found
