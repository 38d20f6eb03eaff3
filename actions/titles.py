"""What topics and errands are called when they are offered to a citizen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError


@dataclass(frozen=True, slots=True)
class Titles:
    """Title by full intent and language."""

    by_intent: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, data: Path) -> Titles:
        """Read the titles of all topics, and of the errands in titles.yml, below the folder `data`."""
        found = dict(_read(data / "titles.yml", "titles"))
        for path in sorted((data / "nlu" / "topics").glob("*.yml")):
            found[f"faq/{path.stem}"] = _read(path, "metadata", "title")
        return cls(found)

    def of(self, intent: str, language: str) -> str | None:
        """Return the title in `language`, else in English; None for what is never offered."""
        titles = self.by_intent.get(intent, {})
        return titles.get(language) or titles.get("en")


def _read(path: Path, *keys: str) -> Mapping[str, Any]:
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key in keys:
            content = content[key]
        return dict(content)
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ContentError(f"{path} has no {'/'.join(keys)} with titles by language; add it.") from error
