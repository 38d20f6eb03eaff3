"""Keeps a loop going: something to do, at once again; nothing, a short rest; an error, a longer one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

logger = logging.getLogger(__name__)


async def keep_running(
    name: str,
    step: Callable[[], Awaitable[object]],
    *,
    idle: float | Callable[[], float],
    after_error: float = 1.0,
) -> None:
    """Call `step` until cancelled; it returns something true when more may be waiting. Times are seconds."""
    while True:
        try:
            more = await step()
            pause = 0.0 if more else idle() if callable(idle) else idle
        except Exception:
            # The store is down or locked: what waits there is kept, so the loop just goes on.
            logger.exception("%s failed; trying again in %s s", name, after_error)
            pause = after_error
        await asyncio.sleep(pause)
