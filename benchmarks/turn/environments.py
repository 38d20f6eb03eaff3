"""The two installations that are compared: stock Rasa with its starter project, and Townclerk as a town has it."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.environments import ROOT, make_home, make_stock, run, uv


def make_starter() -> Path:
    """Install stock Rasa and let it make its starter project, unless both stand; returns the folder of all."""
    environment = make_stock()
    home = environment.parent
    project = home / "bot"
    if not list(project.glob("models/*.tar.gz")):
        print("Training the starter project with its default pipeline (a minute or two) ...", flush=True)
        shutil.rmtree(project, ignore_errors=True)
        project.mkdir()
        run([str(environment / "bin" / "rasa"), "init", "--no-prompt"], project)
    return home


def make_ours() -> Path:
    """Install Townclerk as a town does, without the developers' tools; returns the environment."""
    environment = make_home() / "townclerk"
    print("Installing Townclerk as a town does ...", flush=True)
    run([uv(), "sync", "--quiet", "--frozen", "--no-dev"], ROOT, UV_PROJECT_ENVIRONMENT=str(environment))
    return environment
