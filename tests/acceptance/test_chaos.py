"""Nothing is lost, doubled or out of order, however often the processes are killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.chaos.plan import Plan
from benchmarks.chaos.run import run

pytestmark = pytest.mark.slow


async def test_thirty_kills_lose_nothing(tmp_path: Path) -> None:
    plan = Plan(messages=500, conversations=50, submissions=100, kills=30, seed=1)
    report = await run(plan, tmp_path)
    assert report.broken == [], "\n".join(report.lines())
    assert report.accepted >= plan.messages
    assert report.confirmed == plan.submissions
    assert report.kills.total() >= plan.kills
    assert min(report.kills["edge"], report.kills["worker"]) > 0
