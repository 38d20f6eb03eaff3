"""Loads a model and parses messages one at a time on one core: `python -m benchmarks.nlu.parsing MODEL MESSAGES OUT`.

Runs in the environment that trained the model, Python 3.10 included, so it imports nothing of ours. MESSAGES is JSON, a
list of texts; OUT gets a JSON line for each, and a last one with the figures of the process. Texts are not written.
"""

import asyncio
import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

#: The first messages fill caches and open pools: parsed once before, and not counted.
WARM_UP = 10


def to_one_core() -> None:
    """Bind this process and every thread it will start to one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def resident_mb() -> float:
    """Return the resident memory of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def line(parsed: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Return what the comparison needs of Rasa's parse data."""
    selected = parsed.get("response_selector", {}).get("default", {}).get("ranking", [])
    return {
        "ms": seconds * 1000,
        "intent": parsed["intent"]["name"],
        "ranking": [entry["name"] for entry in parsed.get("intent_ranking", [])],
        "keys": [entry["intent_response_key"] for entry in selected],
    }


async def parse_all(agent: Any, texts: list[str], out: Path) -> None:
    """Parse the texts one after the other, and write the lines."""
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    ready, begun, used = resident_mb(), time.perf_counter(), time.process_time()
    lines = []
    for text in texts:
        started = time.perf_counter()
        parsed = await agent.parse_message(text)
        lines.append(line(parsed, time.perf_counter() - started))
    cores = (time.process_time() - used) / (time.perf_counter() - begun)
    figures = {"loaded_mb": ready, "loaded_end_mb": resident_mb(), "cores_used": cores}
    out.write_text("".join(json.dumps(entry) + "\n" for entry in [*lines, figures]))


def main(model: str, messages: str, out: str) -> None:
    """Load the model as `rasa run` does, and parse."""
    to_one_core()
    # Not before: libraries count the cores when they are imported.
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    asyncio.run(parse_all(Agent.load(model), json.loads(Path(messages).read_text()), Path(out)))


if __name__ == "__main__":
    main(*sys.argv[1:])
