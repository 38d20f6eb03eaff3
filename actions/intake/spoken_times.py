"""Times as people say them, put the way the date library understands: tables by language, tried in their order.

They work on folded words (`bot.fold`) with numbers as digits: "Dün akşam 8'de" comes as "dun aksam 8 de".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from bot.choices import NUMBER_WORDS

Rule = tuple[str, str | Callable[[re.Match[str]], str]]


def _clock(match: re.Match[str]) -> str:
    """Return the hour of `part` of the day as one of 24: five in the evening is 17:00."""
    hour, part = int(match["hour"]), match["part"] or ""
    if part.startswith(AFTERNOON) and hour < 12:
        hour += 12
    elif part.startswith(NIGHT) and 6 <= hour < 12:
        hour += 12
    return f"{hour}:{match['minute'] or '00'}"


AFTERNOON = ("aksam", "ogle", "مساء", "المسا", "بعد", "عصر", "العصر", "م")
NIGHT = ("gece", "ليل", "بالليل")
HOUR = r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?"

ENGLISH: tuple[Rule, ...] = (
    (r"^(?:(?:since|from|on|about|around|it was|it started)\s+){1,2}", ""),
    (r"\b(?:around|about)\b", ""),
    (r"\bat (\d{1,2})(?![\d:]|\s*[ap]m)\b", r"\1:00"),
)

SPANISH: tuple[Rule, ...] = (
    (r"^(?:(?:desde|el|la|fue|sobre|mas o menos)\s+){1,2}", ""),
    (r"\b(\d{1,2}(?::\d\d)?) (?:de|por|en) la (?:tarde|noche)\b", r"\1pm"),
    (r"\b(\d{1,2}(?::\d\d)?) (?:de|por|en) la (?:manana|madrugada)\b", r"\1am"),
    (r"\banoche\b|\bayer (?:por la |en la |a la )?noche\b", "ayer 20:00"),
    (r"\bayer (?:por la |en la )?tarde\b", "ayer 17:00"),
    (r"\bayer (?:por la |en la )?manana\b", "ayer 9:00"),
    (r"\besta noche\b", "hoy 20:00"),
    (r"\besta tarde\b", "hoy 17:00"),
    (r"\besta manana\b", "hoy 9:00"),
    (r"\b(lunes|martes|miercoles|jueves|viernes|sabado|domingo) pasado\b", r"\1"),
    (r"\b(?:sobre|mas o menos)\b", ""),
    (r"\ba las? (\d{1,2})(?![\d:]|\s*[ap]m)\b", r"\1:00"),
)

TR_DAYS = "pazartesi|salı|carsamba|persembe|cumartesi|cuma|pazar"
TR_CASE = "n?(?:de|da|te|ta|den|dan|ten|tan)"
TR_ABOUT = "(?: (?:civari|civarinda|sularinda|gibi))?"
TURKISH: tuple[Rule, ...] = (
    (rf"\b(bir|iki|uc|dort|bes|alti|yedi|sekiz|dokuz)(?={TR_CASE}\b)", lambda match: str(NUMBER_WORDS[match[1]])),
    # The library insists on these letters.
    (r"\bsali", "salı"),
    (r"\bkasim", "kasım"),
    (r"\baralik", "aralık"),
    (r"\bmayis", "mayıs"),
    (r"\bon (?=gun|hafta|dakika)", "10 "),
    (r"\b(\d+) (gun|hafta|ay|yil|saat)(?:dur|dir|tir| ?den beri| ?dan beri)\b", r"\1 \2 once"),
    (r"\b(\d+) (gun|hafta|ay|yil|saat) evvel\b", r"\1 \2 once"),
    (r"\byil\b", "yıl"),
    (rf"\b({TR_DAYS})(?:si)?(?: ?{TR_CASE})?(?: gunu(?:nden|nde)?)?\b", r"\1"),
    (rf"\b(?:gecen|gectigimiz)(?: hafta)? ({TR_DAYS})\b", r"\1"),
    (rf"\b(?:dunku|dun ?{TR_CASE})\b", "dun"),
    (r"\b(?:evvelsi|evvelki|onceki) gun\b", "2 gun once"),
    (rf"\b(?:saat )?(?P<part>sabah|ogleden sonra|aksam|gece)(?: saat)? {HOUR}(?: ?{TR_CASE})?{TR_ABOUT}\b", _clock),
    (rf"\bsaat(?P<part>) {HOUR}(?: ?{TR_CASE})?{TR_ABOUT}\b", _clock),
    (rf"(?<=:\d\d) ?{TR_CASE}\b", ""),
    (r"\bbu (?=gece|aksam|sabah)", "bugun "),
    (rf"\b(dun|bugun|{TR_DAYS}) (?:gece|aksam)(?:si|i)?\b", r"\1 20:00"),
    (rf"\b(dun|bugun|{TR_DAYS}) sabah(?:i)?\b", r"\1 9:00"),
    (rf"\b(dun|bugun|{TR_DAYS}) ogleden sonra\b", r"\1 17:00"),
    (rf"\b(dun|bugun|{TR_DAYS}) ogle(?:n|yin)?\b", r"\1 12:00"),
    (rf"(?<=[a-z])(?: {TR_CASE})?\s*\b(?:beri|itibaren)\b", ""),
    (rf"(?<=[a-z]) {TR_CASE}$", ""),
)

AR_DAYS = "الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعة|السبت|الاحد"
AR_UNITS = "يوم|اسبوع|شهر|ساعة|سنة|دقيقة"
AR_PART = "مساء|المساء|ليلا|بالليل|بعد الظهر|عصرا|العصر|صباحا|الصبح|فجرا|ظهرا|م|ص"
AR_MONTHS = {
    "كانون 2": "يناير",
    "شباط": "فبراير",
    "اذار": "مارس",
    "نيسان": "ابريل",
    "ايار": "مايو",
    "حزيران": "يونيو",
    "تموز": "يوليو",
    "اب": "اغسطس",
    "ايلول": "سبتمبر",
    "تشرين 1": "اكتوبر",
    "تشرين 2": "نوفمبر",
    "كانون 1": "ديسمبر",
}
ARABIC: tuple[Rule, ...] = (
    # Endings that are typed either way; the library wants this one.
    (r"\b(الجمع|الساع|ساع|سن|دقيق|البارح)ه\b", r"\1ة"),
    (r"\b(?:حوالي|تقريبا|نحو|في|على|كان|بدا)\b", ""),
    *((rf"\b{said}\b", month) for said, month in AR_MONTHS.items()),
    (r"\bالعاشرة\b", "10"),
    (r"\bالحادية عشرة\b", "11"),
    (r"\b2 عشرة\b", "12"),
    (r"\b(?:البارحة|امبارح|مبارح)\b", "امس"),
    (r"\b(?:1|قبل)\s+امس\b", "منذ 2 يوم"),
    (rf"\b(?:منذ|من)\s+(?:يوم\s+)?(?={AR_DAYS}|امس|اليوم|\d+/)", ""),
    (rf"\b(?:يوم\s+)?({AR_DAYS})(?:\s+(?:الماضي|الماضية|الفائت))?\b", r"\1"),
    (r"\bالاسبوع (?:الماضي|الفائت)\b", "منذ 1 اسبوع"),
    (r"\b(?:منذ|قبل|من)\s+اسبوعين\b", "منذ 2 اسبوع"),
    (r"\bاسابيع\b", "اسبوع"),
    (rf"\b(?:منذ|قبل|من)\s+({AR_UNITS})(?:\s+1)?\b", r"منذ 1 \1"),
    (r"\b(?:الساعة\s+)(\d{1,2}) و ?(?:ال)?نصف\b", r"الساعة \1:30"),
    (rf"\bالساعة\s+{HOUR}(?:\s+(?P<part>{AR_PART}))?\b", _clock),
    (rf"\b{HOUR}\s+(?P<part>{AR_PART})\b", _clock),
    (r"\bليلة امس\b|\bالليلة الماضية\b", "امس 20:00"),
    (r"\bهذا (?:ال)?(صباح|مساء)\b", r"اليوم \1"),
    (r"\bالليلة\b", "اليوم 20:00"),
    (rf"\b(مساء|صباح|بعد ظهر|عصر) ({AR_DAYS}|امس|اليوم)\b", r"\2 \1"),
    (rf"\b({AR_DAYS}|امس|اليوم) (?:مساء|ليلا|بالليل)\b", r"\1 20:00"),
    (rf"\b({AR_DAYS}|امس|اليوم) (?:صباحا?|الصبح)\b", r"\1 9:00"),
    (rf"\b({AR_DAYS}|امس|اليوم) (?:بعد (?:ال)?ظهر|عصرا?|العصر)\b", r"\1 17:00"),
)

RULES: Mapping[str, Sequence[Rule]] = {"en": ENGLISH, "es": SPANISH, "tr": TURKISH, "ar": ARABIC}


def put(said: str, language: str) -> str:
    """Return `said` with what is spoken in `language` put the way the date library understands."""
    for pattern, replacement in RULES.get(language, ()):
        said = re.sub(pattern, replacement, said)
    return " ".join(said.split())
