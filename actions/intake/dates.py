"""Reading when something happened: "yesterday at 5", "hace dos días", "3 March", "anoche"."""

from __future__ import annotations

import re
from datetime import datetime

import dateparser

from actions.intake.text import plain
from bot.choices import NUMBER_WORDS

#: Spoken times that the date library leaves alone, said the way it understands; tried in this order.
SPOKEN = (
    (r"\b(\d{1,2}(?::\d\d)?) (?:de|por|en) la (?:tarde|noche)\b", r"\1pm"),
    (r"\b(\d{1,2}(?::\d\d)?) (?:de|por|en) la (?:manana|madrugada)\b", r"\1am"),
    (r"\banoche\b|\bayer (?:por la |en la |a la )?noche\b", "ayer 20:00"),
    (r"\bayer (?:por la |en la )?tarde\b", "ayer 17:00"),
    (r"\bayer (?:por la |en la )?manana\b", "ayer 9:00"),
    (r"\besta noche\b", "hoy 20:00"),
    (r"\besta tarde\b", "hoy 17:00"),
    (r"\besta manana\b", "hoy 9:00"),
    (r"\b(lunes|martes|miercoles|jueves|viernes|sabado|domingo) pasado\b", r"\1"),
    (r"\b(?:around|about|sobre|mas o menos)\b", ""),
    (r"\b(?:at|a las?) (\d{1,2})(?![\d:]|\s*[ap]m)\b", r"\1:00"),
)
#: What may stand before a date without changing it.
LEADING = re.compile(r"^(?:since|from|on|about|around|it was|it started|desde|el|la|fue|sobre|mas o menos)\s+")
MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
#: Numbers picked from a list, and a month alone, are no date.
NO_DATE = re.compile(r"[\d\s,]+(?:(?:and|y)[\d\s,]+)*|" + MONTHS)
TELLS_TIME = re.compile(r"\d:\d|\d\s*[ap]m\b|hour|minute|hora|minuto|morning|afternoon|evening|night|noon|now|ahora")


def _spoken(text: str) -> str:
    said = " ".join(re.sub(r"[^\w:/.+-]+", " ", text.casefold()).split()).strip(".")
    said = " ".join(plain(word) if word.isalpha() else word for word in said.split())
    for _ in range(2):
        said = LEADING.sub("", said)
    said = " ".join(str(NUMBER_WORDS[w]) if w in NUMBER_WORDS and w != "second" else w for w in said.split())
    for pattern, replacement in SPOKEN:
        said = re.sub(pattern, replacement, said)
    return said


def read_datetime(text: str, *, language: str, now: datetime) -> str | None:
    """Return the moment in ISO 8601 with the zone of `now`, at midnight when only a day was said, or None.

    "5" or "a" alone is no date, whatever a library makes of it. An open day ("Monday") is the last one.
    """
    said = _spoken(text)
    if len(said) < 3 or len(said) > 60 or NO_DATE.fullmatch(said):
        return None
    first = language.split("-")[0]
    languages = [first, *(other for other in ("en", "es") if other != first)]
    settings = {"RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": "past"}
    for one in languages:
        found = dateparser.parse(said, languages=[one], settings=settings)
        if found is not None:
            at = found.replace(second=0, microsecond=0, tzinfo=now.tzinfo)
            return (at if TELLS_TIME.search(said) else at.replace(hour=0, minute=0)).isoformat()
    return None


def show_datetime(value: str) -> str:
    """Return a moment as everybody reads it the same way: "2026-03-02 17:00", or the day alone."""
    return value[:10] if value[11:16] == "00:00" else f"{value[:10]} {value[11:16]}"
