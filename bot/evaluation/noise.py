"""Spoils messages as thumbs and keyboards do; chance is an argument, so the same seed spoils a text the same way.

The abbreviations are written down here and not taken from the classifier: it must not be asked only what it knows.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from functools import cache
from random import Random

from actions.reference import PATTERN
from bot.fold import fold

#: Chance that a word is hit, if it has so many letters: of all words about a third is. With longer words only it would
#: be a fifth in English and Spanish (measured on the exam), and the errors would be milder than what we promise.
EDITED = 0.4
SHORTEST = 2
#: What stays as it was written: whoever copies a reference copies it whole.
REFERENCE = re.compile(f"({PATTERN.pattern})", re.IGNORECASE)
EDGES = ".,;:!?¿¡؟،\"'()“”‘’…"
ARABIC_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

ABBREVIATIONS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "about": "abt",
        "address": "addr",
        "apartment": "apt",
        "appointment": "appt",
        "are": "r",
        "as soon as possible": "asap",
        "avenue": "ave",
        "because": "bc",
        "before": "b4",
        "by the way": "btw",
        "department": "dept",
        "dont know": "dunno",
        "going to": "gonna",
        "got to": "gotta",
        "great": "gr8",
        "have": "hv",
        "i dont know": "idk",
        "information": "info",
        "later": "l8r",
        "let me know": "lmk",
        "message": "msg",
        "minutes": "mins",
        "okay": "k",
        "people": "ppl",
        "picture": "pic",
        "please": "pls",
        "probably": "prob",
        "really": "rly",
        "right now": "rn",
        "see": "c",
        "someone": "sm1",
        "something": "smth",
        "street": "st",
        "thank you": "ty",
        "thanks": "thx",
        "though": "tho",
        "through": "thru",
        "today": "2day",
        "tomorrow": "tmrw",
        "tonight": "2nite",
        "wait": "w8",
        "want to": "wanna",
        "weekend": "wknd",
        "why": "y",
        "with": "w",
        "you": "u",
        "youre": "ur",
        "your": "ur",
    },
    "es": {
        "ahora": "aora",
        "aqui": "aki",
        "avenida": "av",
        "bien": "bn",
        "bueno": "bno",
        "cuando": "cnd",
        "de": "d",
        "departamento": "depto",
        "donde": "dnd",
        "fin de semana": "finde",
        "gracias": "grax",
        "hola": "ola",
        "informacion": "info",
        "manana": "mnna",
        "mensaje": "msj",
        "minutos": "mins",
        "mucho": "mxo",
        "no se": "ns",
        "numero": "num",
        "para": "pa",
        "por": "x",
        "por favor": "xfa",
        "por que": "xq",
        "porque": "xq",
        "que": "q",
        "quien": "kien",
        "quiero": "qro",
        "saludos": "slds",
        "siempre": "smpre",
        "tambien": "tb",
        "telefono": "tel",
        "tengo": "tngo",
        "todos": "tds",
        "usted": "ud",
        "ustedes": "uds",
    },
}


def sms(text: str, language: str, random: Random) -> str:
    """Return `text` as thumbed in a hurry: lower case, unpunctuated, abbreviated, about every third word misspelt.

    Words with a digit, e-mail addresses and case references stay as they are.
    """
    parts = REFERENCE.split(text)
    # One group in the pattern: every second part is a reference.
    spoilt = [part if at % 2 else _edited(abbreviated(plain(part), language), random) for at, part in enumerate(parts)]
    return " ".join(part for part in spoilt if part)


def capitals(text: str, language: str) -> str:
    """Return `text` in capitals, as the keyboard of its language makes them."""
    return (text.replace("i", "İ") if language == "tr" else text).upper()


def plain(text: str) -> str:
    """Return `text` in lower case, without accents and punctuation; words with a digit or @ lose only their edges."""
    return " ".join(word for written in text.split() if (word := _plain_word(written)))


def _plain_word(written: str) -> str:
    if is_kept(written):
        return written.strip(EDGES)
    return " ".join(re.findall(r"\w+", re.sub("['’]", "", fold(written)).replace("_", " ")))


def is_kept(word: str) -> bool:
    """Whether a word says something exact (a number, an address on the net) that no edit may change."""
    return any(letter.isdigit() or letter == "@" for letter in word)


def abbreviated(text: str, language: str) -> str:
    """Return a plain text with the abbreviations that people text in that language."""
    table = ABBREVIATIONS.get(language, {})
    return _pattern(language).sub(lambda found: table[found[0]], text) if table else text


@cache
def _pattern(language: str) -> re.Pattern[str]:
    phrases = sorted(ABBREVIATIONS[language], key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b")


def _edited(text: str, random: Random) -> str:
    return " ".join(edited(word, random) if _is_hit(word, random) else word for word in text.split())


def _is_hit(word: str, random: Random) -> bool:
    return len(word) >= SHORTEST and not is_kept(word) and random.random() < EDITED


def edited(word: str, random: Random) -> str:
    """Return a word of two or more letters with one letter missing, too many, misplaced or mistaken."""
    edits: list[Callable[[str, int, Random], str]] = [_delete, _insert, _swap, _replace]
    while True:
        at = random.randrange(len(word))
        changed = random.choice(edits)(word, at, random)
        # Swapping twins changes nothing.
        if changed != word:
            return changed


def _delete(word: str, at: int, random: Random) -> str:
    return word[:at] + word[at + 1 :]


def _insert(word: str, at: int, random: Random) -> str:
    return word[: at + 1] + _other(word[at], random) + word[at + 1 :]


def _swap(word: str, at: int, random: Random) -> str:
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _replace(word: str, at: int, random: Random) -> str:
    return word[:at] + _other(word[at], random) + word[at + 1 :]


def _other(letter: str, random: Random) -> str:
    """Return a key beside the letter's, or any letter of its script."""
    nearby = _neighbours().get(letter)
    if nearby and random.random() < 0.5:
        return random.choice(nearby)
    return random.choice(ARABIC_LETTERS if "\u0600" <= letter <= "\u06ff" else string.ascii_lowercase)


@cache
def _neighbours() -> dict[str, str]:
    """Return the keys around each key; each row is shifted by about half a key."""
    places = {letter: (row, at) for row, keys in enumerate(KEYBOARD) for at, letter in enumerate(keys)}
    return {
        letter: "".join(
            other
            for other, (y, x) in places.items()
            if (y == row and abs(x - at) == 1) or (abs(y - row) == 1 and x - at in (0, row - y))
        )
        for letter, (row, at) in places.items()
    }
