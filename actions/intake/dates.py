"""Reading when something happened: "yesterday at 5", "hace dos días", "3 Mart", "أمس الساعة ٥", "anoche"."""

from __future__ import annotations

import re
from datetime import datetime

import dateparser

from actions.intake.spoken_times import RULES, put
from bot.choices import NUMBER_WORDS
from bot.fold import alike, fold, western

MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|"
    "ocak|subat|mart|nisan|mayis|haziran|temmuz|agustos|eylul|ekim|kasim|aralik|"
    "يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر"
)
#: Numbers picked from a list, and a month alone, are no date.
NO_DATE = re.compile(r"[\d\s,]+(?:(?:and|y|ve|و)[\d\s,]+)*|" + MONTHS)
ARABIC = re.compile(r"[\u0600-\u06ff]")
TELLS_TIME = re.compile(
    r"\d:\d|\d\s*[ap]m\b|hour|minute|hora|minuto|morning|afternoon|evening|night|noon|now|ahora|"
    r"saat|dakika|simdi|ساع|دقيق|دقايق|الان"
)


def _words(text: str) -> str:
    """Return the words, folded, with numbers as digits."""
    said = " ".join(re.sub(r"[^\w:/.+-]+", " ", western(fold(text))).split()).strip(".")
    return " ".join(_digit(word) for word in said.split())


def _digit(word: str) -> str:
    return word if word == "second" else str(NUMBER_WORDS.get(alike(word), word))


def _languages(said: str, first: str) -> list[str]:
    """Return which to try, since people mix; letters tell the script, numbers alone are the conversation's."""
    if not any(character.isalpha() for character in said):
        return [first, "en"]
    arabic = ARABIC.search(said) is not None
    return [one for one in dict.fromkeys((first, *RULES)) if (one == "ar") is arabic]


def read_datetime(text: str, *, language: str, now: datetime) -> str | None:
    """Return the moment in ISO 8601 with the zone of `now`, at midnight when only a day was said, or None.

    "5" or "a" alone is no date, whatever a library makes of it. An open day ("Monday") is the last one.
    """
    said = _words(text)
    if len(said) < 3 or len(said) > 60 or NO_DATE.fullmatch(said):
        return None
    settings = {"RELATIVE_BASE": now.replace(tzinfo=None), "PREFER_DATES_FROM": "past"}
    for one in _languages(said, language.split("-")[0]):
        spoken = put(said, one)
        found = dateparser.parse(spoken, languages=[one], settings=settings) if len(spoken) > 2 else None
        if found is not None and not NO_DATE.fullmatch(spoken):
            at = found.replace(second=0, microsecond=0, tzinfo=now.tzinfo)
            return (at if TELLS_TIME.search(spoken) else at.replace(hour=0, minute=0)).isoformat()
    return None


def show_datetime(value: str) -> str:
    """Return a moment as everybody reads it the same way: "2026-03-02 17:00", or the day alone."""
    return value[:10] if value[11:16] == "00:00" else f"{value[:10]} {value[11:16]}"
