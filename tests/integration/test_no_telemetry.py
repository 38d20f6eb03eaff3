"""Rasa reports to its makers, and to an error collector, unless told not to: here no way of starting it does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from few_topics import CONTENT

ROOT = Path(__file__).parents[2]
RASA = Path(sys.executable).parent / "rasa"
#: Read by every interpreter before anything else: notes, and forbids, each attempt to look up or reach another machine.
WATCH = """
import os, sys

def inside(host):
    host = host.decode() if isinstance(host, bytes) else host
    return host in (None, "", "localhost", "::1", "0.0.0.0", "::") or host.startswith("127.")

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        target = arguments[1]
        host = target[0] if isinstance(target, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if not inside(host):
        with open(os.environ["WATCH_FILE"], "a") as file:
            file.write(f"{event} {host}\\n")
        raise ConnectionRefusedError(f"{host} is another machine")

sys.addaudithook(watch)
"""


@pytest.fixture
def watched(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """An environment in which the user asks for telemetry, and the file that tells who was called."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)
    calls = tmp_path / "calls"
    calls.touch()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(tmp_path / "watch"),
        "WATCH_FILE": str(calls),
        "RASA_TELEMETRY_ENABLED": "true",
    }
    return environment, calls


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what Rasa reads, to train in."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in CONTENT:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    return folder


def run(command: list[str | Path], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, without a terminal; what it printed is in the result."""
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_watch_sees_a_call(watched: tuple[dict[str, str], Path], tmp_path: Path) -> None:
    environment, calls = watched
    done = run([sys.executable, "-c", "import socket; socket.getaddrinfo('town.invalid', 443)"], tmp_path, environment)
    assert "another machine" in done.stderr
    assert calls.read_text() == "socket.getaddrinfo town.invalid\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        "import rasa.core.agent",
        "import rasa.telemetry as t; assert not t.is_telemetry_enabled(); t.track_project_init('.')",
        "import rasa.telemetry as t, sentry_sdk as s; t.initialize_error_reporting(); assert not s.Hub.current.client",
    ],
)
def test_importing_rasa_calls_nobody(watched: tuple[dict[str, str], Path], tmp_path: Path, code: str) -> None:
    environment, calls = watched
    done = run([sys.executable, "-c", code], tmp_path, environment)
    assert done.returncode == 0, done.stderr[-2000:]
    assert calls.read_text() == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [["--version"], ["data", "validate"], ["train", "--quiet"]], ids=["version", "validate", "train"]
)
def test_rasa_commands_call_nobody(watched: tuple[dict[str, str], Path], checkout: Path, command: list[str]) -> None:
    environment, calls = watched
    done = run([RASA, *command], checkout, environment)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert calls.read_text() == ""


@pytest.mark.slow
def test_training_with_our_own_command_calls_nobody(watched: tuple[dict[str, str], Path], checkout: Path) -> None:
    environment, calls = watched
    done = run([sys.executable, "-m", "bot.cli", "train"], checkout, environment)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert calls.read_text() == ""
