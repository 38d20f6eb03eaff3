"""The commands fail with one clear line that says what to do, and a code that is not zero."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def townclerk(command: str, var: Path, *, cwd: Path = ROOT, **variables: str) -> tuple[int, list[str]]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TOWNCLERK_VAR": str(var), **variables}
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr.splitlines()


@pytest.mark.parametrize(
    ("command", "variables", "sentence"),
    [
        ("doctor", {"TOWNCLERK_PORT": "abc"}, "set it to a whole number from 1 to 65535"),
        ("edge", {"TWILIO_AUTH_TOKEN": "x"}, "TWILIO_ACCOUNT_SID is missing; set it"),
        ("edge", {"TOWNCLERK_DATABASE_URL": "mysql://x"}, "must start with sqlite:/// or postgresql://"),
        ("edge", {"TOWNCLERK_DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}, "check TOWNCLERK_DATABASE_URL"),
        ("worker", {}, "run `townclerk train`"),
    ],
)
def test_a_command_that_cannot_work_says_why(
    tmp_path: Path, command: str, variables: dict[str, str], sentence: str
) -> None:
    code, lines = townclerk(command, tmp_path, **variables)
    assert code == 1
    assert len(lines) == 1
    assert lines[0].startswith("townclerk: ")
    assert sentence in lines[0]


@pytest.mark.parametrize("command", ["edge", "run"])
def test_a_taken_port_is_named(tmp_path: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, lines = townclerk(command, tmp_path, TOWNCLERK_PORT=str(taken.getsockname()[1]))
    assert code == 1
    assert "set TOWNCLERK_PORT" in lines[-1]


def test_a_command_outside_a_checkout_says_so(tmp_path: Path) -> None:
    code, lines = townclerk("train", tmp_path / "var", cwd=tmp_path)
    assert code == 1
    assert "start Townclerk in its checkout" in lines[-1]
