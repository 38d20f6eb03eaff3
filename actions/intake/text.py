"""How words are compared: without case, accents and punctuation, whatever the keyboard they were typed on."""

from __future__ import annotations

import re

from bot.fold import alike


def plain(text: str) -> str:
    """Return `text` in lower case without accents, with everything but letters and digits as single blanks."""
    return " ".join(re.findall(r"[^\W_]+", re.sub("['’]", "", alike(text))))


def is_question(text: str) -> bool:
    """Tell whether someone asks something back; a lone "3?" is an answer that is not sure of itself."""
    bare = text.strip()
    return bare.startswith("¿") or (bare.endswith(("?", "؟")) and len(plain(bare).split()) != 1)
