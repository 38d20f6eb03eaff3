"""The one moment that a sentence tells for sure: "since Monday", "ayer a las 5", "3 gün önce", "منذ يومين"."""

from __future__ import annotations

import re
from datetime import datetime

from actions.intake.dates import MONTHS, read_datetime
from bot.fold import fold, western

DAY_EN = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
DAY_ES = "(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)"
DAY_TR = "(?:pazartesi|sali|carsamba|persembe|cumartesi|cuma|pazar)(?:si)?"
DAY_AR = "(?:الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعه|الجمعة|السبت|الاحد)"
NUMBER = r"(?:\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine)"
NUMBER_ES = r"(?:\d{1,2}|una?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
NUMBER_TR = r"(?:\d{1,2}|bir|iki|uc|dort|bes|alti|yedi|sekiz|dokuz)"
CLOCK = r"(?: (?:at|around|about) (?:\d{1,2}(?::\d\d)?(?: ?[ap]m)?|noon|midnight))?"
CLOCK_ES = r"(?: a las? \d{1,2}(?::\d\d)?(?: de la (?:manana|tarde|noche|madrugada))?)?"
CLOCK_TR = r"(?: (?:saat )?\d{1,2}(?:[:.]\d\d)?(?: ?(?:de|da|te|ta))?\b)?"
#: A day that is told, on folded words; a day that comes again ("every Monday", "Mondays") is none.
MOMENT = re.compile(
    rf"\b(?:(?:since|on|from) (?:last )?{DAY_EN}{CLOCK}(?! ?s\b)|(?:(?:since )?yesterday|since today)(?: (?:morning"
    rf"|afternoon|evening|night))?{CLOCK}|(?:since )?last night{CLOCK}|(?:since )?this (?:morning|afternoon|evening)"
    rf"|{NUMBER} (?:days?|weeks?|hours?|months?) ago|(?:since|on) (?:{MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?"
    rf"|(?:since|on) \d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?"
    rf"|(?:desde )?(?:el|este) (?:{DAY_ES})(?: pasado)?{CLOCK_ES}|(?:desde )?(?:ayer|anoche|antier|anteayer)"
    rf"(?: (?:por|en) la (?:manana|tarde|noche))?{CLOCK_ES}|(?:desde )?esta (?:manana|tarde|noche)"
    rf"|(?:desde )?hace {NUMBER_ES} (?:dias?|semanas?|horas?|mes(?:es)?)|desde el \d{{1,2}} de (?:{MONTHS})"
    rf"|(?:dun|evvelsi gun)(?:ku|den|dan)?(?: (?:sabah|aksam|gece)(?:ki|t[ae]n|d[ae]n)?)?{CLOCK_TR}(?: beri)?"
    rf"|bu (?:sabah|aksam|gece)(?:t[ae]n|d[ae]n)?(?: beri)?"
    rf"|{DAY_TR} ?(?:gunu)?(?:n?den|n?dan|ten|tan) beri|gecen {DAY_TR}|{NUMBER_TR} (?:gun|hafta|saat|ay) once"
    rf")(?!\w)"
    # Arabic joins "and" and "from" to words as it likes; what is before is left alone.
    rf"|(?:(?:من|منذ) )?(?:امس|امبارح|مبارح|البارحه|البارحة)(?: (?:مساء|صباحا|ليلا))?(?!\w)"
    rf"|(?:من|منذ|قبل) (?:يوم )?{DAY_AR}(?!\w)"
    r"|(?:من|منذ|قبل) (?:\d{1,2} (?:ايام|يوم|اسابيع|شهور)|يومين|اسبوعين|اسبوع|يوم واحد"
    r"|(?:ثلاثه?ة?|اربعه?ة?|خمسه?ة?) ايام)(?!\w)"
)
#: Before or after a moment these make it one that comes again, is not sure, or is none to write down.
UNSURE = re.compile(
    r"\b(?:every|each|until|till|by|before|after|next(?! door)|except|not|or|cada|todos los|todas las|hasta"
    r"|antes|despues|proximo|o|her|kadar|gelecek|veya|maybe|perhaps|think|quizas?|tal vez|creo|belki"
    r"|galiba)\b|كل |حتي|حتى|القادم|ربما"
)
NEARBY = 14
#: Says since when; any other moment may be told of something that the citizen did.
SINCE = re.compile(r"\b(?:since|desde|beri)\b|منذ|(?<!\w)من ")
DID = re.compile(
    r"\b(?:i|we) (?:already )?(?:called|reported|told|wrote|moved|filed|complained|asked|came|went|spoke|talked|got)\b"
    r"|\b(?:llam[eo]|report[eo]|avise|escribi|me mude|nos mudamos|llamamos|reportamos|aradi[mk]|bildirdi[mk]|yazdi[mk]"
    r"|tasindi[mk])\b|اتصلت|بلغت|كتبت|انتقلنا|انتقلت"
)


def moment_in(text: str, *, language: str, now: datetime) -> str | None:
    """Return the moment in ISO 8601, or None when none is told, or several, or none for sure, or one to come."""
    said = " ".join(re.sub(r"[^\w:/.?؟]+", " ", western(fold(text))).split())
    told: set[str | None] = set()
    for match in MOMENT.finditer(said):
        if UNSURE.search(_around(said, match)) or (DID.search(said) and not SINCE.search(match[0])):
            return None
        told.add(read_datetime(match[0].strip(), language=language, now=now))
    moment = told.pop() if len(told) == 1 else None
    return moment if moment and datetime.fromisoformat(moment) <= now else None


def _around(said: str, moment: re.Match[str]) -> str:
    return f"{said[max(0, moment.start() - NEARBY) : moment.start()]} . {said[moment.end() : moment.end() + NEARBY]}"
