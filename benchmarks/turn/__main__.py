"""`python -m benchmarks.turn`: measure both assistants, print a table in Markdown, keep the figures as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
from dataclasses import asdict
from pathlib import Path

from benchmarks.environments import ROOT, NotHere
from benchmarks.turn.environments import make_ours, make_starter
from benchmarks.turn.measure import Figures, Subject, measure
from benchmarks.turn.subjects import Stock, Townclerk

ROWS = (
    ("messages per second", "messages_per_second"),
    ("wait for an answer, p50 (ms)", "p50_ms"),
    ("wait for an answer, p99 (ms)", "p99_ms"),
    ("memory, all processes (MB)", "memory_mb"),
    ("start to first answer (s)", "start_s"),
    ("installed (MB)", "install_mb"),
)


def table(columns: list[Figures]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| | " + " | ".join(column.name for column in columns) + " |", "|---|" + "---:|" * len(columns)]
    for title, name in ROWS:
        lines.append(f"| {title} | " + " | ".join(f"{getattr(column, name):g}" for column in columns) + " |")
    return "\n".join(lines)


async def subjects() -> list[Subject]:
    """Make what is compared."""
    made: list[Subject] = []
    try:
        made.append(Stock(make_starter()))
    except NotHere as missing:
        print(missing)
    ours = Townclerk(make_ours())
    await ours.train()
    return [*made, ours]


async def run(arguments: argparse.Namespace) -> list[Figures]:
    """Measure one after the other, so that neither disturbs the other."""
    columns = []
    for subject in await subjects():
        print(f"Measuring {subject.name} ...", flush=True)
        columns.append(await measure(subject, arguments.messages, arguments.conversations))
    return columns


def main() -> None:
    """Read the arguments, measure, show."""
    parser = argparse.ArgumentParser(prog="benchmarks.turn", description=__doc__)
    parser.add_argument("--messages", type=int, default=800, help="in all, over the conversations (default 800)")
    parser.add_argument("--conversations", type=int, default=8, help="at the same time (default 8)")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "bench-turn.json", help="where the figures go")
    arguments = parser.parse_args()
    columns = asyncio.run(run(arguments))
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps({"machine": machine, "figures": [asdict(c) for c in columns]}, indent=2))
    print(f"\n{columns[0].messages} messages from {columns[0].conversations} conversations, {machine['cores']} cores\n")
    print(table(columns))
    print(f"\nAs JSON: {arguments.json}")


if __name__ == "__main__":
    main()
