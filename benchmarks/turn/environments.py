"""The two environments that are compared, made by uv below benchmarks/.stock: one with stock Rasa, one with ours."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOME = ROOT / "benchmarks" / ".stock"
STOCK_RASA = "rasa==3.6.21"
#: Rasa 3.6.21 imports pkg_resources, which setuptools 81 dropped.
STOCK_ALSO = "setuptools<81"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "UV_PYTHON_DOWNLOADS": "never"}


class NotHere(Exception):
    """Something that the comparison needs is not on this machine; the sentence says what."""


def uv() -> str:
    """Return uv, or the private one that `make` brought."""
    private = ROOT / ".uv" / "bin" / "uv"
    found = shutil.which("uv") or (str(private) if private.exists() else None)
    if found is None:
        raise NotHere("uv is missing: start this with `make bench`, which brings it.")
    return found


def python310() -> str:
    """Return a Python 3.10, the newest that stock Rasa allows; names on the PATH are tried by running them."""
    candidates = ["python3.10"]
    if shutil.which("pyenv"):
        listed = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True, check=False).stdout
        prefixes = (
            subprocess.run(["pyenv", "prefix", version], capture_output=True, text=True, check=False).stdout.strip()
            for version in listed.split()
            if version.startswith("3.10.")
        )
        candidates += [f"{prefix}/bin/python3.10" for prefix in prefixes]
    for candidate in candidates:
        if (
            shutil.which(candidate)
            and subprocess.run([candidate, "-V"], capture_output=True, check=False).returncode == 0
        ):
            return candidate
    raise NotHere("There is no Python 3.10 here, and stock Rasa runs on nothing newer: only Townclerk is measured.")


def _run(command: list[str], folder: Path, **environment: str) -> None:
    subprocess.run(
        command, cwd=folder, env={**os.environ, **QUIET, **environment}, stdin=subprocess.DEVNULL, check=True
    )


def make_stock() -> Path:
    """Install stock Rasa and let it make its starter project, unless both stand; returns the folder of all."""
    HOME.mkdir(exist_ok=True)
    (HOME / ".gitignore").write_text("*\n")
    environment, project = HOME / "venv", HOME / "bot"
    # This project's own overrides lift and drop what Rasa asks for: stock means without them.
    plain = [uv(), "--no-config", "--directory", str(HOME)]
    if not (environment / "bin" / "rasa").exists():
        print("Installing stock Rasa (2.7 GB) ...", flush=True)
        _run([*plain, "venv", "--quiet", "--clear", "--python", python310(), str(environment)], HOME)
        pip = [
            *plain,
            "pip",
            "install",
            "--quiet",
            "--compile-bytecode",
            "--python",
            str(environment / "bin" / "python"),
        ]
        _run([*pip, STOCK_RASA, STOCK_ALSO], HOME)
    if not list(project.glob("models/*.tar.gz")):
        print("Training the starter project with its default pipeline (a minute or two) ...", flush=True)
        shutil.rmtree(project, ignore_errors=True)
        project.mkdir()
        _run([str(environment / "bin" / "rasa"), "init", "--no-prompt"], project)
    return HOME


def make_ours() -> Path:
    """Install Townclerk as a town does, without the developers' tools; returns the environment."""
    HOME.mkdir(exist_ok=True)
    (HOME / ".gitignore").write_text("*\n")
    environment = HOME / "townclerk"
    print("Installing Townclerk as a town does ...", flush=True)
    _run([uv(), "sync", "--quiet", "--frozen", "--no-dev"], ROOT, UV_PROJECT_ENVIRONMENT=str(environment))
    return environment
