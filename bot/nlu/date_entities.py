"""Finds when: days, times and ranges of both, as people say them: "tomorrow at 5 pm", "el martes pasado", "أمس".

Each word of a message becomes one letter (`bot.nlu.date_words`), and one pattern over these letters is the grammar
of all languages. `dateparser.search` takes 10 ms a message and finds dates in "may", "on" and "sat".
Articles belong to a date ("el martes"), prepositions don't ("on", "since"), but where they make it one ("in 2 weeks",
"between 2 and 4 pm").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.date_words import ENDINGS, kind_of
from bot.nlu.spans import Folded, Span

#: Groups are named by the letter of what they match, where that is one letter; the rest is looked at again.
TOKEN = re.compile(
    r"(?P<numeric>\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:t\d\d:\d\d(?::\d\d)?)?(?![\w/-])"
    r"|(?<![\d.])\d{1,2}([/.-])\d{1,2}\2\d{2,4}(?![\w/-]|\.\d))"
    r"|(?P<fraction>(?<![\w/])\d{1,2}/\d{1,2}(?![\w/]))"
    r"|(?P<C>\d{1,2}(?:[:.]\d\d)? ?(?:[ap]\. ?m\.?|[ap]m\b))"
    r"|(?P<c>(?:[01]?\d|2[0-4]):[0-5]\d(?!\d|:\d))"
    r"|(?P<dotted>(?:[01]?\d|2[0-4])\.[0-5]\d(?![\d.]))"
    r"|(?P<o>(?:[12]?\d|3[01])(?:st|nd|rd|th)\b)"
    r"|(?P<number>\d+)"
    r"|(?P<l>o['’ ]?clock)"
    r"|(?P<suffix>(?<=\w)['’][^\W\d_]{1,4}\b)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<mark>\S)"
)
#: What is said for its share far oftener than for its day.
SHARES = frozenset({"24/7", "1/2", "1/3", "2/3", "1/4", "3/4", "1/8"})
MARKS = {",": ",", "،": ",", ".": ".", "-": "-", "–": "-", "—": "-", "&": "&"}
#: Letters without which there is no date.
TELLING = re.compile("[RqWwMmPJ2ZSUuYVDACcdf/47yoHlp=]")

NUMBER = "[nN1]"
SOME = "(?:[nN01](?:&?N)?|a?Q[Os]?|a)"  # 2, twenty five, treinta y cinco, a couple of, an
UNIT = "[UuYAP]"
YEAR = "(?:,?O?y)"
OF = "[Os6]"
THE = "[t=]"
#: "Pasado", "que viene": after what they tell more of.
AFTER = "(?:K|hk)"
#: No word follows that the number before could count.
ALONE = "(?=$|[^xUuP0])"

AGO = [
    f"(?:{SOME}|v)?H?a?{UNIT}G",  # two weeks ago, half an hour ago, on gün sonra
    f"(?:{SOME}|[vH])H?{UNIT}1",  # iki gün önce, bir buçuk saat önce
    f"[gb]O?@?(?:{SOME}H?{UNIT}|H?(?:[UuA]|Y(?!x))|V)(?!W)",  # hace dos días, dentro de una hora, قبل يومين
    f"6(?:{SOME}[UuYA]|V)(?!W)",  # من 3 ايام
    f"i@?{SOME}H?[Uu]|e@?{SOME}H?[UuYA]",  # in 2 weeks, en una semana
    f"{SOME}D",  # 3 gündür
    f"{THE}?[BKp][nN01]N?[UuYP]",  # the last 3 days
]
MONTH_DAYS = [
    f"{THE}?Y?[no]{OF}?t?M{YEAR}?|{THE}?Y?(?:[no]{OF}t?|o)m{YEAR}?",  # 3rd of June, el 3 de marzo de 2026
    f"(?:(?<=[vITFt=-])|^)nm{YEAR}?|nm(?:{YEAR}|(?!x))",  # on 3 May, but not "3 may come"
    f"t?N{OF}[Mm]{YEAR}?|n-[Mm]-y",  # the first of March, 12-Mar-2026
    rf"[Mm]\.?t?[no](?:[-T]t?[no])?(?![UuP]){YEAR}?",  # Dec. 3rd, 2026; March 3-10
    f"[Mm]{YEAR}|Bm|[Mm]U|M{AFTER}?",  # March 2026, next March, Mart ayında, July
    "(?<=[ieFIs~])m|(?<=[OT])m(?=$|[^x])",  # in March, since May
    "(?<=[FI])y(?![Mm-])|(?<=[ie])y(?=$|[^xMm-])",  # since 2019
]
NUMERIC = [
    f"{THE}?d",  # 2026-03-12
    f"(?:(?<=[v@IFTr~]){THE}?|{THE})f|f(?!x)|(?:(?<=[vIF])|=)/",  # 3/12, on 2/3
    "(?<=[v@ITFXrG~])to(?=$|[^xON&])",  # on the 15th, but not "on the 3rd floor"
    "=Yn|Yn(?=$|[,;.])|=n(?=$|[,;.@a])|7n",  # el día 15, el 15, ayın 15'i
]
WEEKDAYS = [
    f"[tL3=]{{0,2}}[BKp]{{0,2}}Y?W{AFTER}?j?",  # next Monday, el martes pasado, todos los lunes, pazartesi günü
    f"{THE}?(?:B?Y?w(?:{AFTER}j?|j)|[BY]w)",  # next sat, يوم احد
    "(?<=[vI=])w(?=$|[^x])|w(?=,?@?[Cc]|,?[mM][no])",  # on sat, sun 5 pm
]
NAMED = [
    "t?uIR|IOR|[b9]R|Kq|K[uY]|RK|2?Y?R",  # the day after tomorrow, antes de ayer, öbür gün, صباح اليوم, today
    "(?<![rt])q",  # mañana, but not "por la mañana"
    f"{THE}?[BKp]B?[USPJq2]z?5?",  # last night, la próxima semana, bu hafta sonu
    f"{THE}?[UP2]{AFTER}",  # la semana que viene, الاسبوع الماضي
    f"{THE}?B?(?:E-?|[E8]{OF}){THE}?(?:B?[UP]|M){AFTER}?|[E8]{OF}m",  # early next week, end of the month, fin de semana
    "U5",  # ay sonunda
    f"{THE}?[Pq]{OF}{THE}?[RW]|2Y?W",  # la noche del viernes, صباح يوم الاحد
]
CLOCK = [
    f"C|c|Z|(?:{NUMBER}|c)l",  # 5 pm, 17:00, noon, five o'clock
    "Hp[nN]|a?p[pT][nN]",  # half past six, a quarter to six
    f"at(?:{NUMBER}(?![Uu])|[c4C])(?:&[HnN])?(?:[Oer]t[Pq])?|t{NUMBER}&H",  # a las cinco y media de la tarde
    f"t?(?:{NUMBER}|[c4])(?:&[HnN])?Ot[Pq]",  # 5 de la tarde
    f"(?:A[PJ]|[PJ]A|A|J)(?:{NUMBER}N?|[c4])(?![UuYD])(?:&?H)?(?:b?2)?",  # saat 5'te, akşam 8, الساعة خمسة ونص
    f"(?:{NUMBER}N?|[c4])b?2",  # ٥ مساء
    f"{NUMBER}itP|{NUMBER}@P(?=$|[^x])",  # 5 in the morning, 11 at night
]


def _any(*parts: str) -> str:
    return "(?:" + "|".join(parts) + ")"


TIME = _any(*CLOCK)
TIMES = [
    f"[FX]?n[-T&]{_any('C', 'nOt[Pq]', 'nb?2')}",  # between 2 and 4 pm
    "X?[nc4][T&-][nc4]z|[AJ][nc4][-T]?[nc4]z|4[-T]4z?",  # 9 ile 5 arası, 09.00-17.00
    f"[OX]tn(?:&H)?[a&T]t{NUMBER}(?:Ot[Pq])?",  # entre las 2 y las 4
    f"[FO6]{NUMBER}[Ta]{NUMBER}{ALONE}",  # from 9 to 5
]
DAY = _any(*AGO, *MONTH_DAYS, *NUMERIC, *NAMED, *WEEKDAYS)
#: What may follow a day, or a time.
MORE = _any(
    f",?{_any(*TIMES, f'[FX]?n[-T&]n{ALONE}')}",  # tomorrow between 9 and 11
    f"(?<![CcZ4l]),?[@ve]?{TIME}",  # tomorrow, at 5 pm
    f",?@{{1,2}}{NUMBER}(?=$|[^xUu])",  # yesterday at around 5
    ",?b?[PJ2]|[ierO]t?[Pq2]",  # Monday morning, mañana por la tarde
    f"(?<=[WwjKUR]),?[vO]?{_any('to', '[BK]U', *MONTH_DAYS, *NUMERIC)}|(?<=[Ww])n{ALONE}",  # Friday the 13th, lunes 15
    f"(?<=[RKUMmyondf]),?v?{_any(*WEEKDAYS)}",  # next week on Monday
    f"(?<=[P2CcnZNq]),?[vO]?{DAY}",  # 5 pm on Friday
)
MOMENT = _any(f"{_any(DAY, TIME)}{MORE}{{0,3}}", f"(?<=@){NUMBER}R")
#: The words that make it a range belong to it.
RANGES = [
    f"[FO6]?{MOMENT}[-Ta]{MOMENT}z?|WWz|w[-T][wW]|W[-T]w",  # from Monday to Friday, pazartesiden cumaya kadar
    f"X{MOMENT}&{MOMENT}",  # between Monday and Friday
    f"{_any(*TIMES)}{MORE}{{0,2}}",
    f"[OFX]?(?:=?n[T&]=?n{OF}?[Mm]{YEAR}?|to[-T&]to|[Mm]t?[no][-T&]t?[no])",  # del 3 al 10 de marzo
]
GRAMMAR = re.compile(_any(*RANGES) + "|" + MOMENT)


def dates(message: Folded) -> Iterator[Span]:
    """Yield every date, time or range; times of day alone ("in the morning") are none."""
    letters, places = _letters(message)
    if TELLING.search(letters):
        for match in GRAMMAR.finditer(letters):
            yield message.span(places[match.start()][0], places[match.end() - 1][1])


def _letters(message: Folded) -> tuple[str, list[tuple[int, int]]]:
    """Return the letter of each word and mark, and where each stands; endings after an apostrophe are left out."""
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for match in TOKEN.finditer(message.seen):
        group = match.lastgroup or ""
        start, end = match.span()
        if group == "suffix":
            # A case ending makes a month of "Mart", which is a shop besides.
            letters[-1:] = ["M" if letters[-1] == "m" and match[0][1:] in ENDINGS else letters[-1]]
            continue
        if group == "word":
            letter, before = kind_of(match[0])
            start += before
            # With its own letter it is Tuesday; folded it is "I left" in Spanish besides.
            letter = "W" if match[0] == "sali" and "ı" in message.text else letter
        else:
            letter = _letter(group, match[0])
        letters.append(letter)
        places.append((start, end))
    return "".join(letters), places


def _letter(group: str, said: str) -> str:
    if group == "number":
        return _number(said)
    if group == "mark":
        return MARKS.get(said, ";")
    if group == "numeric":
        return "d" if _is_day(re.split(r"[-/.t]", said)[:3]) else ";"
    if group == "fraction":
        return ";" if not _is_day(said.split("/")) else "/" if said in SHARES else "f"
    if group == "dotted":
        return "4"
    return group


def _number(digits: str) -> str:
    if len(digits) <= 2 and int(digits) <= 31:
        return "n"
    return "y" if len(digits) == 4 and digits.startswith(("19", "20")) else "0"


def _is_day(parts: list[str]) -> bool:
    """Tell whether the parts can be day and month, in either order, beside a year of four digits or none."""
    numbers = [int(part) for part in parts if len(part) <= 2]
    return len(numbers) >= 2 and any(
        1 <= month <= 12 and 1 <= day <= 31 for month, day in (numbers[:2], numbers[1::-1])
    )
