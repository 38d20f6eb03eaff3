"""Words of danger, known before anything else is understood: which help to call, in the citizen's language.

Needs no Rasa and no worker. The town's phrases and numbers stand in data/emergency.yml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError
from bot.fold import fold

#: Arabic writes "and", "in", "the" into the word: والحريق.
ARABIC_PREFIX = "(?:[وف])?(?:[بل])?(?:ال)?"


@dataclass(frozen=True, slots=True)
class Emergency:
    """One kind of danger and what to say to it."""

    kind: str
    answers: Mapping[str, str]

    def text(self, language: str) -> str:
        """Return the answer in `language`, or in English when the town wrote none."""
        return self.answers.get(language) or self.answers["en"]


@dataclass(frozen=True, slots=True)
class Emergencies:
    """All kinds of danger, the most pressing first."""

    kinds: tuple[tuple[Emergency, re.Pattern[str]], ...]
    #: What sounds like danger and is none: taken out of a message before it is looked at.
    harmless: re.Pattern[str]

    @classmethod
    def load(cls, path: Path) -> Emergencies:
        """Read the town's file. Raises ContentError when it cannot be read or a phrase makes no sense."""
        try:
            content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
            kinds = tuple(_kind(name, kind) for name, kind in content["kinds"].items())
            return cls(kinds, _any_of(_all(content["harmless"])))
        except (OSError, yaml.YAMLError, re.error, KeyError, TypeError, AttributeError) as error:
            raise ContentError(f"{path} is no list of emergencies: {error}. See data/emergency.yml for one.") from error

    def match(self, text: str) -> Emergency | None:
        """Return the danger that `text` speaks of, or None."""
        said = self.harmless.sub(" ", _words(text))
        return next((emergency for emergency, phrases in self.kinds if phrases.search(said)), None)


def _words(text: str) -> str:
    """Return the words of `text` without accents, one blank between them; "can't" is one word."""
    return " ".join(re.findall(r"\w+", re.sub("['’`´]", "", fold(text))))


def _kind(name: str, kind: Mapping[str, Any]) -> tuple[Emergency, re.Pattern[str]]:
    answers = {language: " ".join(str(text).split()) for language, text in kind["answer"].items()}
    if "en" not in answers:
        raise KeyError(f"{name} has no English answer")
    return Emergency(name, answers), _any_of(_all(kind["phrases"]))


def _all(by_language: Mapping[str, Sequence[str]]) -> list[str]:
    return [str(phrase) for phrases in by_language.values() for phrase in phrases]


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(_pattern(phrase) for phrase in phrases) + r")\b")


def _pattern(phrase: str) -> str:
    """Return a phrase as a regular expression.

    In a phrase, (a|b) is either, (a|) may be missing, `*` after a letter is the rest of a word, `...` up to three
    words, ^ and $ the ends of the message.
    """
    words = re.sub(r"(?<=\w)\*", r"\\w*", fold(phrase))
    gap = words.replace(" ... ", r" (?:\w+ ){0,3}").replace("|) ", "|) ?")
    return re.sub(r"(?<!\w)(?=[\u0621-\u064a])", ARABIC_PREFIX, gap)
