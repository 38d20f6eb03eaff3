"""What topics, errands and other offices' matters are called when they are offered to a citizen as choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from actions.readings import NOTHING_KNOWN
from bot.errors import ContentError

#: Folders below `nlu` whose files carry titles, and the retrieval intent that each belongs to.
FOLDERS = {"topics": "faq", "out_of_scope": "out_of_scope"}
#: What has a title for other uses, but says nothing as a choice.
NEVER_OFFERED = frozenset({NOTHING_KNOWN})


@dataclass(frozen=True, slots=True)
class Titles:
    """Title by full intent and language."""

    by_intent: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, data: Path) -> Titles:
        """Read the titles of all topics, of what other offices do, and of the errands in titles.yml, below `data`."""
        found = dict(_read(data / "titles.yml", "titles"))
        for folder, intent in FOLDERS.items():
            for path in sorted((data / "nlu" / folder).glob("*.yml")):
                found[f"{intent}/{path.stem}"] = _read(path, "metadata", "title")
        return cls({intent: titles for intent, titles in found.items() if intent not in NEVER_OFFERED})

    def of(self, intent: str, language: str) -> str | None:
        """Return the title in `language`, else in English; None for what is never offered."""
        titles = self.by_intent.get(intent, {})
        return titles.get(language) or titles.get("en")

    def choices(self, intents: Iterable[str], language: str) -> list[dict[str, str]]:
        """Return a button for each intent that has a title; pressed, it means that intent for sure."""
        titled = ((intent, self.of(intent, language)) for intent in intents)
        return [{"title": title, "payload": f"/{intent}"} for intent, title in titled if title]


def _read(path: Path, *keys: str) -> Mapping[str, Any]:
    try:
        # libyaml: it reads all topics in 0.04 seconds, and the first citizen who is asked something waits for it.
        content: Any = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for key in keys:
            content = content[key]
        return dict(content)
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ContentError(f"{path} has no {'/'.join(keys)} with titles by language; add it.") from error
