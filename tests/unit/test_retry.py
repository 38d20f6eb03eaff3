"""When a failed attempt is tried again, row by row."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.errors import BackendAmbiguous, BackendRefused, OptedOut, Rejected, Throttled, Unreachable
from bot.retry import next_attempt

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "error", "jitter", "seconds"),
    [
        (1, Unreachable("x"), 0.0, 2),  # the first failure: soon
        (2, Unreachable("x"), 0.0, 4),  # doubling
        (5, Unreachable("x"), 0.0, 32),
        (9, Unreachable("x"), 0.0, 512),
        (10, Unreachable("x"), 0.0, 900),  # but never longer than a quarter of an hour
        (19, Unreachable("x"), 0.0, 900),
        (1, Unreachable("x"), 1.0, 2.5),  # jitter adds at most a quarter
        (19, Unreachable("x"), 1.0, 1125),
        (1, RuntimeError("x"), 0.0, 2),  # an error that nobody foresaw may pass
        (1, BackendAmbiguous("x"), 0.0, 2),
        (1, Throttled("x"), 0.0, 2),  # the provider did not say how long
        (1, Throttled("x", retry_after=30.0), 0.0, 30),  # it did, and is obeyed
        (6, Throttled("x", retry_after=30.0), 0.0, 64),  # our own wait is longer already
        (1, Throttled("x", retry_after=3600.0), 0.0, 3600),  # longer than our longest
    ],
)
def test_the_wait_before_the_next_attempt(attempts: int, error: Exception, jitter: float, seconds: float) -> None:
    then = next_attempt(attempts, error, NOW, max_attempts=20, jitter=jitter)
    assert then is not None
    assert (then - NOW).total_seconds() == seconds


@pytest.mark.parametrize(
    ("attempts", "error"),
    [
        (1, Rejected("x")),  # the provider will never take it
        (1, OptedOut("x")),
        (1, BackendRefused("x")),
        (20, Unreachable("x")),  # the last attempt
        (21, Unreachable("x")),
        (20, Throttled("x", retry_after=1.0)),
    ],
)
def test_giving_up(attempts: int, error: Exception) -> None:
    assert next_attempt(attempts, error, NOW, max_attempts=20) is None
