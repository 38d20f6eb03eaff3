"""Rasa's own commands, as somebody who knows Rasa would use them in a checkout."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import few_topics
import pytest

from channels.simulators.serving import free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("rasa_commands")]

ROOT = Path(__file__).parents[2]
RASA = Path(sys.executable).parent / "rasa"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with few topics, trained with `rasa train`."""
    folder = few_topics.copy(tmp_path_factory.mktemp("checkout"))
    rasa(folder, "train", "--quiet")
    assert list((folder / "models").glob("*.tar.gz"))
    return folder


def rasa(folder: Path, *arguments: str, said: str = "") -> str:
    """Run a command of Rasa to its end, tell it `said`, and return what it printed; it must succeed."""
    done = subprocess.run(
        [RASA, *arguments],
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        input=said,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout + done.stderr


def test_the_content_is_valid(checkout: Path) -> None:
    told = rasa(checkout, "data", "validate")
    assert "No story structure conflicts found" in told
    assert "ERROR" not in told


def test_the_understanding_is_measured(checkout: Path) -> None:
    rasa(checkout, "test", "nlu", "--nlu", "data/nlu", "--no-plot", "--out", "results")
    report = json.loads((checkout / "results" / "intent_report.json").read_text())
    # On what it was trained with; how it does on what it never saw, `make evaluate` measures.
    assert report["accuracy"] > 0.95


def test_the_understanding_can_be_tried_in_the_shell(checkout: Path) -> None:
    assert '"intent_response_key": "faq/bin_days"' in rasa(checkout, "shell", "nlu", said="when is bin day\n")


@pytest.fixture
def action_server(checkout: Path) -> Iterator[int]:
    """`rasa run actions` on a port of its own, which endpoints.yml of the copy then names."""
    port = free_port()
    (checkout / "endpoints.yml").write_text(f"action_endpoint:\n  url: http://127.0.0.1:{port}/webhook\n")
    with (checkout / "actions.log").open("w") as log:
        process = subprocess.Popen(
            [RASA, "run", "actions", "--port", str(port)],
            cwd=checkout,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(port, process)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("rasa run actions did not open its port.")


def test_the_assistant_talks_in_the_shell(checkout: Path, action_server: int) -> None:
    told = rasa(checkout, "shell", "--port", str(free_port()), said="when is bin day\n/stop\n")
    assert "Source: https://springdale.example/trash" in told
