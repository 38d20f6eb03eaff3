"""How hard an English text is to read: the school grade of Flesch and Kincaid, with syllables counted by rule.

Not the package textstat: it brings nltk and fetches dictionaries, for fifteen lines.
"""

from __future__ import annotations

import re

#: No words to read: addresses of the net, e-mail addresses, placeholders.
MASKED = re.compile(r"\S+@\S+|https?://\S+|\b\w[\w-]*(?:\.\w[\w-]*)*\.(?:example|gov|org|com)\b(?:/[\w/-]*)?|\{\w+\}")
ABBREVIATED = re.compile(r"\b([ap])\.m\.", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?](?:\s+|$)|\n")
#: Numbers, phone numbers included, are read as one short word.
WORD = re.compile(r"\d[\d.,:-]*|[A-Za-z]+(?:'[A-Za-z]+)?")
#: The e of "time", "cares" and "closed" is silent, that of "table" and "needed" is not.
SILENT = re.compile(r"(?:(?<![lr])(?<=[a-z])|(?<=[aeiouy][lr]))e$|(?<![td])ed$|(?<![sxzcg])(?<!sh)(?<!ch)es$")


def grade(text: str) -> float:
    """Return the US school grade of a text; 0 for one without words."""
    plain = ABBREVIATED.sub(r"\1m", MASKED.sub("", text))
    sentences = [found for part in SENTENCE_END.split(plain) if (found := WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Return about how many syllables an English word has, at least 1."""
    return max(1, len(re.findall(r"[aeiouy]+", SILENT.sub("", word.lower().removesuffix("'s")))))
