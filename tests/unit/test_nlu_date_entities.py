"""Which words of a message the extractor takes for a date, a time, or a range of them."""

import pytest

from bot.nlu.entities import find


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for _, span in find(text)]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("can someone come tomorrow at 5 pm?", "tomorrow at 5 pm"),
        ("it started last night around 11", "last night around 11"),
        ("since last Tuesday, the lamp is out", "last Tuesday"),
        ("it happened on 3/12/2026.", "3/12/2026"),
        ("on 2026-03-12 17:00", "2026-03-12 17:00"),
        ("book the hall for June 14th, 2026 at noon", "June 14th, 2026 at noon"),
        ("on Sunday, March 8", "Sunday, March 8"),
        ("the first of May", "the first of May"),
        ("since Dec. 3 no heat", "Dec. 3"),
        ("in 2 weeks we move", "in 2 weeks"),
        ("about 45 minutes ago", "45 minutes ago"),
        ("a couple of days ago", "a couple of days ago"),
        ("the past two weeks", "the past two weeks"),
        ("I leave at the end of the month", "the end of the month"),
        ("closing is on the 15th", "the 15th"),
        ("since 2019 nobody came", "2019"),
        ("they came at five in the morning", "five in the morning"),
        ("the day after tomorrow", "the day after tomorrow"),
        ("closed from Monday to Friday", "from Monday to Friday"),
        ("between 2 and 4 pm tomorrow", "between 2 and 4 pm tomorrow"),
        ("is it open 9am-5pm", "9am-5pm"),
        ("on sat at 3pm", "sat at 3pm"),
        ("at half past six", "half past six"),
        ("this past saturday night", "this past saturday night"),
        ("in mid-August", "mid-August"),
        ("due 12-Mar-2026", "12-Mar-2026"),
    ],
)
def test_dates_in_english(text: str, date: str) -> None:
    assert found(text) == [date]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("se fue la luz el martes pasado", "el martes pasado"),
        ("mañana por la tarde, por favor", "mañana por la tarde"),
        ("manana a las 5 de la tarde", "manana a las 5 de la tarde"),
        ("desde hace tres días no hay agua", "hace tres días"),
        ("el 3 de marzo de 2026", "el 3 de marzo de 2026"),
        ("la semana que viene", "la semana que viene"),
        ("anoche como a las once", "anoche como a las once"),
        ("dentro de una hora", "dentro de una hora"),
        ("de lunes a viernes", "de lunes a viernes"),
        ("del 3 al 10 de marzo", "del 3 al 10 de marzo"),
        ("este fin de semana", "este fin de semana"),
        ("me mudo el día 30", "el día 30"),
        ("lo reporté el lunes", "el lunes"),
        ("el jueves 5 a las 18:00 hrs", "el jueves 5 a las 18:00"),
        ("dün saat 17:00'de oldu", "dün saat 17:00"),
        ("yarın sabah saat 9'da gelin", "yarın sabah saat 9"),
        ("iki gün önce bildirdim", "iki gün önce"),
        ("iki haftadır yanmıyor", "iki haftadır"),
        ("geçen hafta salı günü", "geçen hafta salı günü"),
        ("15 Mart 2026'da", "15 Mart 2026"),
        ("ağustosta mi", "ağustosta"),
        ("pazartesiden cumaya kadar", "pazartesiden cumaya kadar"),
        ("yarin 9 ile 11 arasi", "yarin 9 ile 11 arasi"),
        ("أمس انقطعت الكهرباء", "أمس"),
        ("غدا الساعة ٥ مساء", "غدا الساعة ٥ مساء"),
        ("منذ ثلاثة أيام", "منذ ثلاثة أيام"),
        ("من يوم الأحد الماضي", "يوم الأحد الماضي"),
        ("بتاريخ ٣ مارس", "٣ مارس"),
        ("من الاثنين الى الجمعة", "من الاثنين الى الجمعة"),
        ("وغدا إن شاء الله", "غدا"),
    ],
)
def test_dates_in_spanish_turkish_and_arabic(text: str, date: str) -> None:
    assert found(text) == [date]


@pytest.mark.parametrize(
    "text",
    [
        "555 people",
        "route 12",
        "room 4",
        "may i ask",
        "march down the street",
        "he sat on the bench in the sun",
        "good morning",
        "buenas tardes",
        "صباح الخير",
        "iyi akşamlar",
        "how late may the band play",
        "noise 24/7",
        "1/2 inch of water",
        "it was 4.50",
        "on the 3rd floor",
        "turn in a gun",
        "the last day to pay",
        "i have 2 days to pay",
        "de 2 a 4 personas",
        "salí de la casa",
        "kaç gün içinde",
        "قبل يوم القمامة",
    ],
)
def test_words_that_only_look_like_a_date_are_none(text: str) -> None:
    assert found(text) == []


def test_two_dates_stay_two() -> None:
    assert found("on tuesday or wednesday, not on march 3") == ["tuesday", "wednesday", "march 3"]
