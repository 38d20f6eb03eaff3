"""Stock Rasa's environment, made by uv below benchmarks/.stock: what more than one benchmark compares with."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
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
        raise NotHere("uv is missing: start this with `make`, which brings it.")
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


def run(command: list[str], folder: Path, **environment: str) -> None:
    """Run a command there, without telemetry; raises CalledProcessError when it fails."""
    subprocess.run(
        command, cwd=folder, env={**os.environ, **QUIET, **environment}, stdin=subprocess.DEVNULL, check=True
    )


def make_home() -> Path:
    """Return the folder of all that is made for comparison, which git is told to ignore."""
    HOME.mkdir(exist_ok=True)
    (HOME / ".gitignore").write_text("*\n")
    return HOME


def make_stock() -> Path:
    """Install stock Rasa, unless it stands; returns its environment."""
    home = make_home()
    environment = home / "venv"
    if (environment / "bin" / "rasa").exists():
        return environment
    # This project's own overrides lift and drop what Rasa asks for: stock means without them.
    plain = [uv(), "--no-config", "--directory", str(home)]
    python = str(environment / "bin" / "python")
    print("Installing stock Rasa (2.7 GB) ...", flush=True)
    run([*plain, "venv", "--quiet", "--clear", "--python", python310(), str(environment)], home)
    run(
        [*plain, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, STOCK_RASA, STOCK_ALSO],
        home,
    )
    return environment
