"""What kinds of places people ask for, in the words of every language: read from data/directory/kinds.yml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from actions.backends.directory.wording import inflected, same, tokens
from bot.errors import ContentError

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Which names a text mentions, and the words that are left of it."""

    names: tuple[str, ...]
    rest: tuple[str, ...]


class Words:
    """Names with the phrases that mean them; longer phrases count before the shorter ones in them."""

    def __init__(self, phrases: Mapping[str, Iterable[tuple[str, str]]]) -> None:
        """Take (language, phrase) pairs by name."""
        self._names: dict[Phrase, str] = {}
        self._languages: dict[Phrase, set[str]] = {}
        for name, told in phrases.items():
            for language, text in told:
                phrase = tuple(tokens(text))
                self._names.setdefault(phrase, name)
                self._languages.setdefault(phrase, set()).add(language)
        self._names.pop((), None)

    @cached_property
    def _by_length(self) -> list[Phrase]:
        return sorted(self._names, key=lambda phrase: -len(phrase))

    def read(self, text: str | Sequence[str], *, typos: bool = True) -> Found:
        """Return what a text (or its tokens) mentions, in order; without `typos` only whole words count, quickly."""
        left: list[str | None] = list(tokens(text) if isinstance(text, str) else text)
        found: dict[str, int] = {}
        for length in range(max(map(len, self._names), default=0), 0, -1):
            for at in range(len(left) - length + 1):
                name = self._names.get(tuple(left[at : at + length]))  # type: ignore[arg-type]
                if name:
                    found.setdefault(name, at)
                    left[at : at + length] = [None] * length
        if typos:
            self._read_typos(left, found)
        ordered = sorted(found, key=lambda name: found[name])
        return Found(tuple(ordered), tuple(token for token in left if token is not None))

    def _read_typos(self, left: list[str | None], found: dict[str, int]) -> None:
        for phrase in self._by_length:
            for at in range(len(left) - len(phrase) + 1):
                if self._is_meant(left[at : at + len(phrase)], phrase):
                    found.setdefault(self._names[phrase], at)
                    left[at : at + len(phrase)] = [None] * len(phrase)

    def _is_meant(self, said: Sequence[str | None], phrase: Phrase) -> bool:
        turkish = "tr" in self._languages[phrase]
        return all(
            one is not None and (same(one, word) or (turkish and inflected(one, word)))
            for one, word in zip(said, phrase, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds of places, with their titles by language, and other words that the search needs."""

    words: Words
    titles: Mapping[str, Mapping[str, str]]
    #: What says how it is meant: "near", "open_now", and the details people ask for ("phone", "documents" ...).
    hints: Words
    #: Words that say nothing of what is wanted.
    fillers: frozenset[str]

    @classmethod
    def load(cls, folder: Path) -> Kinds:
        """Read kinds.yml and words.yml. Raises ContentError when they are not written as they should be."""
        kinds, words = _read(folder / "kinds.yml"), _read(folder / "words.yml")
        try:
            return cls(
                words=Words({name: _pairs(kind["words"]) for name, kind in kinds["kinds"].items()}),
                titles={name: dict(kind["title"]) for name, kind in kinds["kinds"].items()},
                hints=Words({name: _pairs(hint) for name, hint in words["hints"].items()}),
                fillers=frozenset(token for _, text in _pairs(words["fillers"]) for token in tokens(text)),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ContentError(f"{folder}: kinds need `title` and `words` by language; {error} is wrong.") from error

    def title(self, kind: str, language: str) -> str:
        titles = self.titles[kind]
        return titles.get(language) or titles["en"]


def _pairs(by_language: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in by_language.items() for text in texts]


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{path} cannot be read ({error}); it belongs to the directory.") from error
    return dict(content)
