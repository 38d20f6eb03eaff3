"""When to try again: the one place that knows waiting times."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import Throttled, TownclerkError

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)


def next_attempt(
    attempts: int, error: Exception, now: datetime, *, max_attempts: int, jitter: float = 0.0
) -> datetime | None:
    """Return when to try again after `attempts` failures, or None to give up.

    Waits double from two seconds to fifteen minutes; `jitter` (0 to 1) stretches a wait by up to a quarter, so that
    what failed together does not come back together. A provider's own `retry_after` is never undercut.
    """
    if attempts >= max_attempts or (isinstance(error, TownclerkError) and not error.retryable):
        return None
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT) * (1 + jitter / 4)
    if isinstance(error, Throttled) and error.retry_after:
        wait = max(wait, timedelta(seconds=error.retry_after))
    return now + wait
