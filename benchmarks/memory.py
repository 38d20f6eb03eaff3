"""Weighs a worker with stand-ins for what it never uses, and without: `python -m benchmarks.memory`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.turn.measure import resident_mb
from bot import lean

ROOT = Path(__file__).parents[1]
#: Ten messages: questions, and a report up to its reference.
SENTENCES = (
    "hello",
    "when is bin day?",
    "there is graffiti on a wall",
    "12 Oak Street",
    "1",
    "skip",
    "1",
    "1",
    "are you a bot?",
    "thanks",
)


@contextlib.contextmanager
def weighed(step: str, figures: dict[str, float]) -> Iterator[None]:
    """Note what the block took of processor time, and the memory that the process has after it."""
    started = time.process_time()
    yield
    figures[f"{step}, s"] = time.process_time() - started
    figures[f"{step}, MB"] = resident_mb(os.getpid())


def weigh(light: bool, model: Path) -> dict[str, float]:
    """Import a worker, load it and let it answer, all in this process; return the figures of each step."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/town.db"
        # In a process of its own, as of a town that was there yesterday.
        subprocess.run([sys.executable, "-c", f"from store.engine import migrate; migrate('{database}')"], check=True)
        if light:
            lean.install()
        with weighed("importing", figures):
            from bot.logs import configure_logging

            configure_logging("benchmark")
            import bot.processor
            import bot.turn  # noqa: F401
        with weighed("loading", figures):
            answer = _worker(database, model, folder)
        with weighed("ten messages", figures):
            asyncio.run(answer(SENTENCES))
    return figures


def _worker(database: str, model: Path, folder: str) -> Callable[[Sequence[str]], Coroutine[Any, Any, None]]:
    """Load the worker of a town; return what answers messages, one after the other."""
    # Here: what is imported is what is weighed.
    from bot import app
    from bot.messages import Inbound
    from bot.ports import new_id
    from bot.settings import read_settings
    from store import inbox, outbox
    from store.engine import open_engine, reading

    settings = read_settings({"TOWNCLERK_DATABASE_URL": database, "TOWNCLERK_VAR": folder})
    worker, engine = app.worker(settings, ROOT, model, "benchmark"), open_engine(database)
    lean.settle()

    async def answer(sentences: Sequence[str]) -> None:
        for number, sentence in enumerate(sentences):
            message = Inbound(
                channel="sms", provider_id=str(number), address="+15550001", text=sentence, received_at=app.now()
            )
            with engine.begin() as conn:
                inbox.accept(conn, message, now=app.now(), new_id=new_id)
            await worker.run_once()
            with reading(engine) as conn:
                if inbox.waiting_count(conn) or not outbox.since(conn, "sms", "+15550001", 0):
                    raise RuntimeError(f"No answer to {sentence!r}: the figures would mean nothing.")

    return answer


def main() -> None:
    """Weigh both in processes of their own, and print them side by side."""
    if sys.argv[1:]:
        print(json.dumps(weigh(sys.argv[1] == "light", Path(sys.argv[2]))))
        return
    from bot.release import train
    from bot.settings import read_settings

    model = train(ROOT, read_settings().var / "models").resolve()
    kinds = []
    for kind in ("whole", "light"):
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.memory", kind, str(model)]
        kinds.append(json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout))
    print(f"{'':<20}{'all imported':>14}{'stand-ins':>14}")
    for name in kinds[0]:
        print(f"{name:<20}{kinds[0][name]:>14.1f}{kinds[1][name]:>14.1f}")


if __name__ == "__main__":
    main()
