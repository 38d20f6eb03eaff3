"""The town's real processes: started, started again when they die, and killed at random while they work."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from random import Random

import httpx

ROOT = Path(__file__).parents[2]
#: Seconds before a dead process is started again.
RESTART = 0.1
#: Seconds that a process gets to come to work before it is killed all the same.
LONGEST_START = 30.0


class Process:
    """One command of ours that is kept alive; it inherits nothing but what it is given."""

    def __init__(self, name: str, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "bot.cli", *arguments]
        self._environment = environment
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    async def keep_alive(self) -> None:
        """Run it, over and over, until cancelled; then end it."""
        try:
            while True:
                await self._run_once()
                await asyncio.sleep(RESTART)
        finally:
            self.kill()

    async def _run_once(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=ROOT,
                env=dict(self._environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.starts += 1
        await self._process.wait()

    def kill(self) -> bool:
        """End it as a power cut would; return whether it was alive."""
        process = self._process
        if process is None or process.returncode is not None:
            return False
        with contextlib.suppress(ProcessLookupError):
            process.kill()
            return True
        return False


class Killer:
    """Kills one process after another, each at a random moment after it has come to work."""

    def __init__(self, edge: Process, worker: Process, url: str, answered: Callable[[], int], random: Random) -> None:
        self._at_work: dict[str, Callable[[], Awaitable[None]]] = {
            edge.name: self._edge_at_work,
            worker.name: self._worker_at_work,
        }
        self._victims = (edge, worker)
        self._url = url
        self._answered = answered
        self._random = random
        self.kills: Counter[str] = Counter()

    async def run(self, kills: int, answers: int) -> None:
        """Kill that often, spread over a run in which that many messages are answered."""
        while self.kills.total() < kills:
            victim = self._random.choice(self._victims)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_START):
                    await self._until_answered((self.kills.total() + 1) * answers // (kills + 1))
                    await self._at_work[victim.name]()
            await asyncio.sleep(self._random.uniform(0, 1.0))
            self.kills[victim.name] += victim.kill()

    async def _edge_at_work(self) -> None:
        async with httpx.AsyncClient(timeout=1) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self._url}/healthz")).is_success:
                        return
                await asyncio.sleep(0.05)

    async def _worker_at_work(self) -> None:
        await self._until_answered(self._answered() + 1)

    async def _until_answered(self, number: int) -> None:
        while self._answered() < number:
            await asyncio.sleep(0.05)


async def until_healthy(url: str, limit: float = 60.0) -> None:
    """Wait for the first answer of the edge."""
    deadline = time.monotonic() + limit
    async with httpx.AsyncClient(timeout=1) as client:
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(f"{url}/healthz")).is_success:
                    return
            await asyncio.sleep(0.05)
    raise TimeoutError("The edge never answered; its log says why.")
