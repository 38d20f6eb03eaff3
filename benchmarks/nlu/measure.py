"""What is measured, the same way for every pipeline: training, readings, speed, memory; each in its own process."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environments import QUIET, ROOT
from benchmarks.nlu.pipelines import Pipeline
from benchmarks.nlu.sets import DataSet, Message, unflatten, write_flat
from benchmarks.turn.measure import percentile

NOT_UNDERSTOOD = "nlu_fallback"
OTHER_OFFICE = "out_of_scope"
#: One thread for the arithmetic of NumPy, PyTorch's kind of libraries, and TensorFlow as Rasa sets it up.
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "TF_INTRA_OP_PARALLELISM_THREADS",
        "TF_INTER_OP_PARALLELISM_THREADS",
    ),
    "1",
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: seconds on the clock, seconds of processor, and its greatest resident memory."""

    wall_s: float
    cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One row. Shares are of 1, and None where the set has nothing to ask."""

    data: str
    pipeline: str
    name: str
    examples: int
    asked: int
    foreign: int
    accuracy: float
    accuracy_noisy: float
    #: In scope, and read rightly with the pipeline's own rejections counted as wrong.
    accuracy_as_set: float
    foreign_recall: float | None
    false_rejection: float
    train_wall_s: float
    train_cpu_s: float
    train_peak_mb: float
    loaded_mb: float
    loaded_end_mb: float
    p50_ms: float
    p95_ms: float
    #: Above 1.1, a library left the one core that it was given, and the milliseconds are too low.
    cores_used: float
    #: Share of right readings of each part of the exam; of those out of scope, the share that was noticed.
    groups: dict[str, float]


def first_reading(parsed: dict[str, Any]) -> str:
    """Return the full intent that was thought likeliest, whether or not the pipeline then rejected it.

    Rasa answers with its selector's first key whatever the intent; here the first key of that intent counts.
    """
    names = [unflatten(name) for name in parsed["ranking"] if name != NOT_UNDERSTOOD]
    top = names[0] if names else ""
    return next((key for key in parsed["keys"] if key.startswith(f"{top}/")), top)


def rejected(parsed: dict[str, Any]) -> bool:
    """Whether the citizen would be told that this was not understood, or belongs elsewhere."""
    intent = unflatten(parsed["intent"] or NOT_UNDERSTOOD)
    return intent == NOT_UNDERSTOOD or intent.partition("/")[0] == OTHER_OFFICE


def share(hits: Sequence[bool]) -> float | None:
    """Return the share of hits, or None of nothing."""
    return sum(hits) / len(hits) if hits else None


def shares(messages: Sequence[Message], parsed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the fields of `Figures` that say how well the messages were read."""
    pairs = list(zip(messages, parsed, strict=True))
    clean = [(m, p) for m, p in pairs if m.intent is not None and not m.noisy]
    noisy = [(m, p) for m, p in pairs if m.intent is not None and m.noisy]
    foreign = [(m, p) for m, p in pairs if m.intent is None]
    groups: dict[str, list[bool]] = {}
    for m, p in pairs:
        name = f"{m.group}, noisy" if m.noisy else m.group
        groups.setdefault(name, []).append(rejected(p) if m.intent is None else first_reading(p) == m.intent)
    return {
        "asked": len(clean),
        "foreign": len(foreign),
        "accuracy": share([first_reading(p) == m.intent for m, p in clean]),
        "accuracy_noisy": share([first_reading(p) == m.intent for m, p in noisy]),
        "accuracy_as_set": share([first_reading(p) == m.intent and not rejected(p) for m, p in clean]),
        "foreign_recall": share([rejected(p) for _, p in foreign]),
        "false_rejection": share([rejected(p) for _, p in clean]),
        "groups": {name: share(hits) for name, hits in groups.items()},
    }


def timed(command: list[str], log: Path, environment: dict[str, str]) -> Cost:
    """Run a command to its end and return what it took; raises RuntimeError when it fails."""
    with log.open("wb") as file:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **QUIET, **environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} ... failed; {log} says why.")
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def train(pipeline: Pipeline, data: Path, work: Path) -> tuple[Path, Cost]:
    """Train the pipeline and return the model, and what that took; nothing that an earlier training kept is used."""
    data = write_flat(data, work / "flat.yml") if pipeline.flat else data
    command = [str(pipeline.python), "-m", "rasa", "train", "nlu", "--config", str(pipeline.config)]
    command += ["--nlu", str(data), "--out", str(work), "--fixed-model-name", "model"]
    cost = timed(command, work / "train.log", {"RASA_CACHE_DIRECTORY": str(work / "cache")})
    model = work / "model.tar.gz"
    if not model.exists():
        raise RuntimeError(f"The training of {pipeline.name} left no model; {work / 'train.log'} says why.")
    return model, cost


def parse(pipeline: Pipeline, model: Path, messages: Sequence[Message], work: Path) -> list[dict[str, Any]]:
    """Return a line for each message, and a last one about the process."""
    texts, out = work / "messages.json", work / "parsed.jsonl"
    texts.write_text(json.dumps([message.text for message in messages]), encoding="utf-8")
    command = [str(pipeline.python), "-m", "benchmarks.nlu.parsing", str(model), str(texts), str(out)]
    timed(command, work / "parse.log", ONE_THREAD)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def measure(pipeline: Pipeline, data: DataSet, train_data: Path, count: int, work: Path) -> Figures:
    """Train, ask, and return the row; `count` is the number of training examples, `work` an empty folder."""
    # A first start reads gigabytes from the disk; that is not the training's cost.
    timed([str(pipeline.python), "-c", "import rasa.core.agent"], work / "start.log", {})
    model, cost = train(pipeline, train_data, work)
    *parsed, process = parse(pipeline, model, data.messages, work)
    waits = [entry["ms"] for entry in parsed]
    return Figures(
        data=data.name,
        pipeline=pipeline.key,
        name=pipeline.name,
        examples=count,
        train_wall_s=cost.wall_s,
        train_cpu_s=cost.cpu_s,
        train_peak_mb=cost.peak_mb,
        p50_ms=statistics.median(waits),
        p95_ms=percentile(waits, 0.95),
        **process,
        **shares(data.messages, parsed),
    )
