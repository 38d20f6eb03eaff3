"""`townclerk directory import` replaces the directory by files, or says what is wrong with them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store import places
from store.engine import open_engine, reading

ROOT = Path(__file__).parents[2]
DEMO = "data/directory/demo.json"


def import_directory(path: str | Path, var: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TOWNCLERK_VAR": str(var), **variables}
    command = [sys.executable, "-m", "bot.cli", "directory", "import", str(path)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def count(var: Path) -> int:
    with reading(open_engine(f"sqlite:///{var}/townclerk.db")) as conn:
        return places.count(conn)


def test_files_become_the_directory(tmp_path: Path) -> None:
    done = import_directory(DEMO, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{DEMO}: 34 services at 25 locations are the directory now\n"
    assert count(tmp_path) == 35
    (tmp_path / "services.csv").write_text("id,name\n1,Pantry\n")
    assert import_directory(tmp_path, tmp_path).returncode == 0
    assert count(tmp_path) == 1


@pytest.mark.parametrize(
    ("content", "variables", "sentence"),
    [
        ("id,name\n1,\n", {}, "services.csv, row 2: a service needs an id and a name; fill in name."),
        ("id,name\n1,Pantry\n", {"HSDS_URL": "https://hsds.example"}, "unset it to import files."),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path, content: str, variables: dict[str, str], sentence: str
) -> None:
    (tmp_path / "services.csv").write_text(content)
    done = import_directory(tmp_path, tmp_path / "var", **variables)
    assert done.returncode == 1
    assert done.stderr.startswith("townclerk: ")
    assert done.stderr.endswith(f"{sentence}\n")
