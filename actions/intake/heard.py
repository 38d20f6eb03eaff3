"""One message of the citizen, as the interview takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from actions.intake.finding import Likeness
from bot.choices import read_choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was typed or pressed, when, and in which language it is answered."""

    text: str
    #: What a pressed choice of the present question means.
    pressed: str | None
    language: str
    now: datetime
    new_reference: Callable[[], str] = field(repr=False)
    likeness: Likeness | None = field(repr=False)

    def picks(self, titles: Mapping[str, str]) -> str | None:
        """Return which of our own choices is meant: pressed, or by its number or title."""
        if self.pressed in titles:
            return self.pressed
        index = read_choice(self.text, list(titles.values()))
        return None if index is None else list(titles)[index]
