"""`townclerk simulate open311` as a town runs it: a process that says what to set, and what it receives."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
WORDS = "My neighbour"


def simulate(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bot.cli", "simulate", "open311", *arguments]
    return subprocess.Popen(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def test_a_town_can_rehearse_with_its_own_catalogue(tmp_path: Path) -> None:
    (tmp_path / "town.yml").write_text("- {service_code: '7', service_name: Bins}")
    arguments = ("--port", "0", "--catalogue", "town.yml", "--api-key", "k-1", "--quirk", "pages", "--lost", "0")
    with simulate(tmp_path, *arguments) as process:
        assert process.stdout
        page, settings = process.stdout.readline(), process.stdout.readline()
        found = re.search(r"OPEN311_URL=(\S+) OPEN311_API_KEY=k-1", settings)
        assert found
        form = {"service_code": "7", "address_string": "12 Oak", "description": WORDS, "api_key": "k-1"}
        granted = httpx.post(f"{found[1]}/requests.json", data=form).json()[0]
        httpx.post(f"{found[1]}/requests.json", data=form | {"service_code": WORDS})
        seen = httpx.get(re.findall(r"http\S+", page)[0]).text
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()
    assert process.returncode == 0
    assert WORDS in seen
    assert f"request {granted['service_request_id']}, service 7, answered 200" in said
    assert "nothing accepted, service unknown, answered 404" in said
    assert WORDS not in said
    assert len(said.splitlines()) == 2


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with simulate(tmp_path, "--port", str(port)) as process:
            assert process.stdout
            said = process.stdout.read()
    assert process.returncode == 1
    assert said.startswith(f"townclerk: Nobody can listen on 127.0.0.1:{port}")
    assert len(said.splitlines()) == 1
