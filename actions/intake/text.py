"""How words are compared: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata


def plain(text: str) -> str:
    """Return `text` in lower case without accents, with everything but letters and digits as single blanks."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare.replace("'", "").replace("’", "")))


def is_question(text: str) -> bool:
    """Tell whether someone asks something back; a lone "3?" is an answer that is not sure of itself."""
    bare = text.strip()
    return bare.startswith("¿") or (bare.endswith("?") and len(plain(bare).split()) != 1)
