"""Trains the model of the present content, once per content; publishing and rolling back will stand here too."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.errors import ConfigurationError

#: What a model depends on, below the project's root. Code belongs to it: a model holds objects of its classes.
SOURCES = (
    "config.yml",
    "domain.yml",
    "data/nlu",
    "data/rules",
    "data/responses",
    "actions/reference.py",
    "bot/nlu",
    "bot/choices.py",
    "bot/content.py",
    "bot/errors.py",
    "bot/fold.py",
    "bot/importer.py",
    "bot/language.py",
    "bot/language_words",
    "bot/policies",
    "bot/runner.py",
    "bot/training.py",
)


def _files(root: Path) -> list[Path]:
    found: list[Path] = []
    for source in SOURCES:
        path = root / source
        if not path.exists():
            raise ConfigurationError(f"{source} is missing in {root}; start Townclerk in its checkout.")
        found += [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in (".yml", ".py"))
    return found


def fingerprint(root: Path) -> str:
    """Return a name for the present content: it changes when anything does that the model is made of."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def model_path(root: Path, models: Path) -> Path:
    """Return where the model of the present content stands, trained or not."""
    return models / f"{fingerprint(root)}.tar.gz"


def train(root: Path, models: Path) -> Path:
    """Train the present content, unless it is trained already, and return the model's path.

    A model appears under its name only when it is whole. Raises ContentError when the content cannot be trained.
    """
    target = model_path(root, models)
    if target.exists():
        return target
    # Rasa is heavy: only who trains pays for it.
    from bot.training import train as train_model

    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models) as folder:
        made = Path(folder, target.name)
        with _quiet():
            train_model(root, made)
        os.replace(made, target)
    return target


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Rasa's progress bars and colours off the town's screen and logs."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        yield
