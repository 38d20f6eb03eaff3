"""The pipelines that are compared: ours as shipped, and two of Rasa's, each with the Python that runs it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.environments import ROOT, make_stock

#: What `rasa train` fills into the empty pipeline that `rasa init` leaves (3.6.21, default_config.yml), up to DIET.
FEATURES: tuple[dict[str, Any], ...] = (
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
)
SYNONYMS = {"name": "EntitySynonymMapper"}
FALLBACK = {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1}


@dataclass(frozen=True, slots=True)
class Pipeline:
    """`python` trains and runs `config`; a flat one gets plain intents in place of retrieval intents."""

    key: str
    name: str
    python: Path
    config: Path
    flat: bool = False


def diet(epochs: int) -> list[dict[str, Any]]:
    """Return Rasa's default pipeline."""
    trained = {"epochs": epochs, "constrain_similarities": True}
    return [
        *FEATURES,
        {"name": "DIETClassifier", **trained},
        SYNONYMS,
        {"name": "ResponseSelector", **trained},
        FALLBACK,
    ]


def logistic() -> list[dict[str, Any]]:
    """Return the same features, synonyms and fallback around Rasa's logistic regression."""
    return [*FEATURES, {"name": "LogisticRegressionClassifier"}, SYNONYMS, FALLBACK]


def _ours(work: Path, epochs: int) -> Pipeline:
    return Pipeline("ours", "Townclerk", Path(sys.executable), ROOT / "config.yml")


def _logistic(work: Path, epochs: int) -> Pipeline:
    # Its classifier knows no keys of retrieval intents, and the ResponseSelector that does needs TensorFlow.
    config = _written(logistic(), work / "logistic.yml")
    return Pipeline("logistic", "Rasa, logistic regression", Path(sys.executable), config, flat=True)


def _default(work: Path, epochs: int) -> Pipeline:
    config = _written(diet(epochs), work / "default.yml")
    return Pipeline("default", f"Rasa's default, DIET {epochs} epochs", make_stock() / "bin" / "python", config)


#: From the quickest to train to the slowest. Each may raise NotHere.
PIPELINES: dict[str, Callable[[Path, int], Pipeline]] = {"ours": _ours, "logistic": _logistic, "default": _default}


def _written(pipeline: list[dict[str, Any]], file: Path) -> Path:
    config = {"recipe": "default.v1", "assistant_id": "benchmark", "language": "en", "pipeline": pipeline}
    file.write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return file
