"""References and codes that citizens keep: readable aloud, no words, and too many to guess one."""

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


#: Codes for what is put aside for a month: with a digit between letters, as no word, address or number has it.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH, CODE_GROUP = 6, 3  # 28 bits
_CODE_SHAPE = re.compile(r"[A-Z](?=.{0,3}\d)[A-Z2-9]{4}[A-Z]")
_CODE_SYMBOL = f"[{CODE_ALPHABET}]"
#: Written in one, or with a dash between the groups: found in a sentence too. Spelt out with blanks: only alone.
_CODE_IN_TEXT = re.compile(rf"(?<![A-Z0-9-])({_CODE_SYMBOL}{{3}})[-\u2010-\u2015]?({_CODE_SYMBOL}{{3}})(?!-?[A-Z0-9])")
_CODE_ALONE = re.compile(rf"\W*{_CODE_SYMBOL}(?:{BETWEEN}{_CODE_SYMBOL}){{{CODE_LENGTH - 1}}}\W*")


def new_code(random: Callable[[int], int] = secrets.randbelow) -> str:
    """Return a new code without its dash; `random(n)` gives a number from 0 to below n that nobody can foresee."""
    while True:
        code = "".join(CODE_ALPHABET[random(len(CODE_ALPHABET))] for _ in range(CODE_LENGTH))
        if _CODE_SHAPE.fullmatch(code):
            return code


def show_code(code: str) -> str:
    """Return a code as citizens read it: K7Q-X2M."""
    return f"{code[:CODE_GROUP]}-{code[CODE_GROUP:]}"


def find_code(text: str) -> str | None:
    """Return the code in a text, without its dash, whatever its case, blanks and dashes; else None.

    No misreading is put right: 0, 1, I, L, O and U stand for nothing of ours, and every other symbol for itself.
    """
    said = text.upper()
    found = ["".join(groups) for groups in _CODE_IN_TEXT.findall(said)]
    if _CODE_ALONE.fullmatch(said):
        found.append(re.sub(r"[^A-Z0-9]", "", said))
    codes = {code for code in found if _CODE_SHAPE.fullmatch(code)}
    return codes.pop() if len(codes) == 1 else None
