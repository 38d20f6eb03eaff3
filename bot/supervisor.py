"""The small town in one command: keeps one edge and one worker alive, and ends them with itself."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence

logger = logging.getLogger(__name__)

#: Seconds before a process that died is started again; doubles while it keeps dying young.
FIRST_WAIT = 0.2
LONGEST_WAIT = 10.0
#: Seconds a process must live to count as well again.
WELL = 30.0
#: Seconds that a process may take to finish what it does when it is asked to end.
GRACE = 10.0


class Child:
    """One process of the town; it ends by itself when our end of its standard input closes."""

    def __init__(self, name: str, arguments: Sequence[str]) -> None:
        self.name = name
        self._arguments = arguments
        self.process: asyncio.subprocess.Process | None = None

    async def keep_alive(self) -> None:
        """Start it, and start it again whenever it ends, until cancelled."""
        wait, loop = FIRST_WAIT, asyncio.get_running_loop()
        while True:
            started = loop.time()
            code = await self._run_once()
            wait = FIRST_WAIT if loop.time() - started > WELL else min(wait * 2, LONGEST_WAIT)
            logger.warning("%s ended with %s; starting it again in %.1f s", self.name, code, wait)
            await asyncio.sleep(wait)

    async def _run_once(self) -> int:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", *self._arguments, stdin=asyncio.subprocess.PIPE
        )
        try:
            return await self.process.wait()
        finally:
            await self._end()

    async def _end(self) -> None:
        process = self.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), GRACE)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


async def supervise(children: Sequence[Child]) -> None:
    """Keep the children alive until this process is asked to end; then end them, and return."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(child.keep_alive()) for child in children]
    await stop.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def end_with_parent() -> None:
    """In a child: end when the supervisor does, however it went (its end of our standard input closes)."""

    def wait_for_end() -> None:
        # Not by sys.stdin: its lock would keep this process from ending for any other reason.
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait_for_end, daemon=True).start()
