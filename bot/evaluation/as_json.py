"""The figures of an evaluation as JSON, for machines that compare two of them."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

from bot.evaluation.figures import Figures
from bot.evaluation.scores import F1, Rate

#: Enough to tell one message in ten thousand.
DIGITS = 5
#: Only for the picture.
LEFT_OUT = {"pairs"}


def as_json(figures: Figures) -> str:
    """Return the figures as indented JSON: shares from 0 to 1 with interval and counts, times in milliseconds."""
    return json.dumps(_plain(figures), indent=2, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    match value:
        case Rate():
            return _rate(value)
        case F1():
            return _f1(value)
        case float():
            return round(value, DIGITS)
        case dict():
            return {str(key): _plain(entry) for key, entry in value.items()}
        case tuple():
            return [_plain(entry) for entry in value]
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value) if f.name not in LEFT_OUT}
    return value


def _rate(value: Rate) -> dict[str, Any]:
    low, high = value.interval or (None, None)
    shares = {"share": value.share, "low": low, "high": high}
    return {**{key: _plain(share) for key, share in shares.items()}, "hits": value.hits, "count": value.count}


def _f1(value: F1) -> dict[str, Any]:
    shares = {"f1": value.value, "precision": value.precision, "recall": value.recall}
    counts = {"right": value.right, "wrong": value.wrong, "missed": value.missed}
    return {key: _plain(share) for key, share in shares.items()} | counts
