"""Sits the exam: every message, one by one, through the whole pipeline of the trained model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from rasa.core.channels.channel import UserMessage

from bot.evaluation.as_json import as_json
from bot.evaluation.exam import Case
from bot.evaluation.figures import Figures
from bot.evaluation.outcome import Outcome, outcome
from bot.evaluation.pictures import draw
from bot.evaluation.report import report
from bot.processor import TurnProcessor

REPORT, JSON = "report.txt", "evaluation.json"
#: Messages read beforehand, so that what is loaded late is not charged to those that are timed.
WARM_UP = 10


async def sit(model: Path, cases: Sequence[Case]) -> list[Outcome]:
    """Read each case with the trained model; raises ConfigurationError when it cannot be loaded."""
    processor = TurnProcessor(model, {})
    for case in cases[:: max(1, len(cases) // WARM_UP)]:
        await processor.parse_message(UserMessage(case.text))
    return [await _read(processor, case) for case in cases]


async def _read(processor: TurnProcessor, case: Case) -> Outcome:
    started = time.perf_counter()
    parse = await processor.parse_message(UserMessage(case.text))
    return outcome(case, parse, 1000 * (time.perf_counter() - started))


def write(figures: Figures, folder: Path, json: Path | None = None) -> list[Path]:
    """Write report, JSON (into `folder` unless told where) and pictures; return where they are."""
    text, data = folder / REPORT, json or folder / JSON
    for path in (text, data):
        path.parent.mkdir(parents=True, exist_ok=True)
    text.write_text(report(figures), encoding="utf-8")
    data.write_text(as_json(figures), encoding="utf-8")
    return [text, data, *draw(figures, folder)]
