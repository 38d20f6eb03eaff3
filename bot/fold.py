"""How words are compared: in lower case, without accents, whatever keyboard they were typed on."""

from __future__ import annotations

import unicodedata

LETTERS_WITHOUT_MARKS = str.maketrans({"ı": "i", "ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "ـ": None})


def fold(text: str) -> str:
    """Return `text` in lower case, without accents or other combining marks."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(LETTERS_WITHOUT_MARKS)


#: Letters that Arabic is often typed with one for the other.
EITHER = str.maketrans({"ة": "ه", "ى": "ي"})


def alike(text: str) -> str:
    """Return `text` folded, with the digits of any script as 0 to 9, and Arabic's interchangeable letters as one."""
    return western(fold(text).translate(EITHER))


def western(text: str) -> str:
    """Return `text` with the digits of any script as 0 to 9: "٣" is "3"."""
    if text.isascii():
        return text
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)
