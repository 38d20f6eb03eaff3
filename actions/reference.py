"""References that citizens keep: readable aloud, without look-alikes or words, and too many to guess one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

#: Of each pair that looks alike (0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V) at most one; no vowels, so that no words appear.
ALPHABET = "23456789CDFGHJKMNPQRTWX"
LENGTH = 12  # 54 bits
GROUP = 4
#: What a reference looks like, for those who are asked for one.
EXAMPLE = "K7QX-2M9D-4HTR"
#: What is read or typed in place of a symbol that we have.
MISREADINGS = str.maketrans({"Z": "2", "S": "5", "B": "8"})
BETWEEN = r"[\s\-\u2010-\u2015_.]*"
SYMBOL = f"[{ALPHABET}ZSB]"
PATTERN = re.compile(rf"(?<![A-Z0-9]){SYMBOL}(?:{BETWEEN}{SYMBOL}){{{LENGTH - 1}}}(?![A-Z0-9])")


def new_reference(random: Callable[[int], int] = secrets.randbelow) -> str:
    """Return a new reference; `random(n)` gives a number from 0 to below n that nobody can foresee."""
    return _grouped("".join(ALPHABET[random(len(ALPHABET))] for _ in range(LENGTH)))


def find_reference(text: str) -> str | None:
    """Return the reference in a text, whatever its case, blanks and hyphens, and usual misreadings; else None."""
    found = PATTERN.search(text.upper())
    return _grouped(re.sub(r"[^A-Z0-9]", "", found[0]).translate(MISREADINGS)) if found else None


def _grouped(symbols: str) -> str:
    return "-".join(symbols[at : at + GROUP] for at in range(0, LENGTH, GROUP))
