"""Where in a message something stands: text folded for reading that still knows the place of each character."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.fold import alike


@dataclass(frozen=True, slots=True)
class Span:
    """Something found: its place in the citizen's text, in characters, and its usual form where there is one."""

    start: int
    end: int
    normal: str | None = None


@dataclass(frozen=True, slots=True)
class Folded:
    """A message as its finders read it: lower case, no accents, digits of any script as 0 to 9."""

    text: str
    seen: str
    #: The place in `text` of each character of `seen`; None when they are the same.
    places: tuple[int, ...] | None = None

    def span(self, start: int, end: int, normal: str | None = None) -> Span:
        """Return the place in the citizen's text of what stands from `start` to `end` (not empty) in `seen`."""
        if self.places is None:
            return Span(start, end, normal)
        # What folds to nothing, such as a combining accent, belongs to the character before it.
        after = self.places[end] if end < len(self.places) else len(self.text)
        return Span(self.places[start], max(self.places[end - 1] + 1, after), normal)


@lru_cache(maxsize=4096)
def _character(character: str) -> str:
    return alike(character)


def folded(text: str) -> Folded:
    """Return `text` folded character by character."""
    if text.isascii():
        return Folded(text, text.lower())
    parts = [_character(character) for character in text]
    seen = "".join(parts)
    places = tuple(place for place, part in enumerate(parts) for _ in part)
    return Folded(text, seen, None if len(seen) == len(parts) == len(set(places)) else places)
