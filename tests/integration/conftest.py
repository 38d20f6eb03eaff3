"""One trained model for all tests that run turns."""

from __future__ import annotations

from pathlib import Path

import pytest
from town import ROOT, Town

from bot.release import train


@pytest.fixture(scope="session")
def model() -> Path:
    """Train the checkout's content, unless `make run` or an earlier test did."""
    return train(ROOT, ROOT / "var" / "models")


@pytest.fixture
def town(model: Path, tmp_path: Path) -> Town:
    return Town(f"sqlite:///{tmp_path}/town.db", model)
