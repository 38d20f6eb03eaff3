"""When to try again: the one place that knows waiting times."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import BackendUnavailable, Throttled, TownclerkError

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)


def next_attempt(
    attempts: int, error: Exception, now: datetime, *, max_attempts: int | None = None, jitter: float = 0.0
) -> datetime | None:
    """Return when to try again after `attempts` failures, or None to give up: never, without `max_attempts`.

    Waits double from two seconds to fifteen minutes; `jitter` (0 to 1) stretches a wait by up to a quarter, so that
    what failed together does not come back together. A provider's own `retry_after` is never undercut.
    """
    gives_up = max_attempts is not None and attempts >= max_attempts
    if gives_up or (isinstance(error, TownclerkError) and not error.retryable):
        return None
    wait = doubled(FIRST_WAIT, attempts) * (1 + jitter / 4)
    if isinstance(error, Throttled | BackendUnavailable) and error.retry_after:
        wait = max(wait, timedelta(seconds=error.retry_after))
    return now + wait


def doubled(first: timedelta, times: int) -> timedelta:
    """Return the wait before the `times`-th of several tries: the first, doubling, at most a quarter of an hour."""
    return min(first * 2 ** min(times - 1, 10), LONGEST_WAIT)
