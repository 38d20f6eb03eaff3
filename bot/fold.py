"""How words are compared: in lower case, without accents."""

from __future__ import annotations

import unicodedata

LETTERS_WITHOUT_MARKS = str.maketrans({"ı": "i", "ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "ـ": None})


def fold(text: str) -> str:
    """Return `text` in lower case, without accents or other combining marks."""
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(LETTERS_WITHOUT_MARKS)
