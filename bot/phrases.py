"""What the assistant says in its own words, outside a turn too: the responses of `data/`, read without Rasa."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError

Variant = Mapping[str, Any]


def _wanted_slots(variant: Variant) -> dict[str, Any]:
    return {c["name"]: c["value"] for c in variant.get("condition", ()) if c.get("type") == "slot"}


def _fits(variant: Variant, language: str, channel: str) -> bool:
    wanted = _wanted_slots(variant)
    return variant.get("channel", channel) == channel and wanted.get("language", language) == language


@dataclass(frozen=True, slots=True)
class Phrases:
    """Responses by name; each has variants by `condition` on slot `language` and by `channel`, as in Rasa."""

    responses: Mapping[str, tuple[Variant, ...]]

    @classmethod
    def load(cls, folder: Path) -> Phrases:
        """Read the `responses:` of every YAML file below `folder`. Raises ContentError when one cannot be read."""
        found: dict[str, tuple[Variant, ...]] = {}
        for path in sorted(folder.rglob("*.yml")):
            try:
                content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            except yaml.YAMLError as error:
                raise ContentError(f"{path} is not valid YAML: {error}") from error
            for name, variants in content.get("responses", {}).items():
                if name in found:
                    raise ContentError(f"{path}: {name} stands in another file too; keep one of them.")
                found[name] = tuple(variants)
        return cls(found)

    def say(self, name: str, language: str, channel: str, **values: str) -> str:
        """Return the text of `name`: the variant for language and channel, else for the language, else the first.

        A value that is missing is a ContentError, so that no citizen reads a bare {placeholder}.
        """
        variants = self.responses.get(name)
        if not variants:
            raise ContentError(f"No response is called {name}; add it below data/responses/.")
        fitting = [v for v in variants if _fits(v, language, channel)] or list(variants)
        best = max(fitting, key=lambda v: 2 * ("language" in _wanted_slots(v)) + ("channel" in v))
        try:
            return str(best["text"]).format_map(values)
        except KeyError as error:
            raise ContentError(f"{name} needs a value for {error}, which nobody gave.") from error
