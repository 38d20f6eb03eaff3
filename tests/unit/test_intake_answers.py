"""Reading one answer of each kind."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from actions.intake.answers import Asked, read

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=timezone(timedelta(hours=-5)))  # a Wednesday
WASTE = {"trash": "Trash", "recycling": "Recycling", "yard": "Yard waste"}


def reads(kind: str, text: str, language: str = "en", titles: dict[str, str] | None = None) -> Any:
    return read(text, Asked(kind=kind, titles=titles or {}, language=language, now=NOW))


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("3", "en", 3),
        ("three", "en", 3),
        ("tres", "es", 3),
        ("about 3 bags", "en", 3),
        ("3?", "en", 3),
        ("2.5", "en", 2.5),
        ("2,5 pulgadas", "es", 2.5),
        ("1,500", "en", 1500),
        ("1.500", "es", 1500),
        ("-1", "en", -1),
        ("３", "en", 3),
        ("٣", "ar", 3),
        ("حوالي ٤ أكياس", "ar", 4),
        ("خمسة أيام", "ar", 5),
        ("٢٫٥", "ar", 2.5),
        ("١٬٥٠٠", "ar", 1500),
        ("3؟", "ar", 3),
        ("üç", "tr", 3),
        ("dört torba", "tr", 4),
        ("yaklaşık 4 inç", "tr", 4),
        ("2,5", "tr", 2.5),
        ("1.500", "tr", 1500),
        ("kaç tane koyabilirim?", "tr", None),
        ("كم كيسا أستطيع أن أضع؟", "ar", None),
        ("çok", "tr", None),
        ("كثير", "ar", None),
        ("9" * 5000, "en", None),
        ("3 or 4", "en", None),
        ("12/3", "en", None),
        ("a lot", "en", None),
        ("my house is number 3 on the left", "en", None),
        ("how many can I put out?", "en", None),
        ("", "en", None),
    ],
)
def test_numbers(text: str, language: str, value: float | None) -> None:
    assert reads("number", text, language) == value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("yesterday", "en", "2026-03-03T00:00:00-05:00"),
        ("yesterday at 5pm", "en", "2026-03-03T17:00:00-05:00"),
        ("yesterday around 5 pm", "en", "2026-03-03T17:00:00-05:00"),
        ("since Monday", "en", "2026-03-02T00:00:00-05:00"),
        ("two weeks ago", "en", "2026-02-18T00:00:00-05:00"),
        ("last night", "en", "2026-03-03T20:00:00-05:00"),
        ("3/1/2026", "en", "2026-03-01T00:00:00-05:00"),
        ("1/3/2026", "es", "2026-03-01T00:00:00-05:00"),
        ("hace dos días", "es", "2026-03-02T00:00:00-05:00"),
        ("el lunes pasado", "es", "2026-03-02T00:00:00-05:00"),
        ("anoche", "es", "2026-03-03T20:00:00-05:00"),
        ("ayer a las 5 de la tarde", "es", "2026-03-03T17:00:00-05:00"),
        ("dün", "tr", "2026-03-03T00:00:00-05:00"),
        ("dun saat 17:00", "tr", "2026-03-03T17:00:00-05:00"),
        ("dün saat 17.00'de", "tr", "2026-03-03T17:00:00-05:00"),
        ("dün akşam 8'de", "tr", "2026-03-03T20:00:00-05:00"),
        ("dün akşam sekizde", "tr", "2026-03-03T20:00:00-05:00"),
        ("dün gece", "tr", "2026-03-03T20:00:00-05:00"),
        ("dün gece saat 3", "tr", "2026-03-03T03:00:00-05:00"),
        ("bu sabah", "tr", "2026-03-04T09:00:00-05:00"),
        ("Cuma akşamı", "tr", "2026-02-27T20:00:00-05:00"),
        ("geçen pazartesi", "tr", "2026-03-02T00:00:00-05:00"),
        ("SALI GÜNÜ", "tr", "2026-03-03T00:00:00-05:00"),
        ("Pazartesi'den beri", "tr", "2026-03-02T00:00:00-05:00"),
        ("üç gün önce", "tr", "2026-03-01T00:00:00-05:00"),
        ("iki haftadır", "tr", "2026-02-18T00:00:00-05:00"),
        ("evvelsi gün", "tr", "2026-03-02T00:00:00-05:00"),
        ("3 Kasım", "tr", "2025-11-03T00:00:00-05:00"),
        ("1.3.2026", "tr", "2026-03-01T00:00:00-05:00"),
        ("أمس", "ar", "2026-03-03T00:00:00-05:00"),
        ("أمس الساعة ٥", "ar", "2026-03-03T05:00:00-05:00"),
        ("امس الساعه 5 مساءً", "ar", "2026-03-03T17:00:00-05:00"),
        ("أمس الساعة الخامسة ونصف", "ar", "2026-03-03T05:30:00-05:00"),
        ("مساء أمس", "ar", "2026-03-03T20:00:00-05:00"),
        ("البارحة", "ar", "2026-03-03T00:00:00-05:00"),
        ("أول أمس", "ar", "2026-03-02T00:00:00-05:00"),
        ("صباح اليوم", "ar", "2026-03-04T09:00:00-05:00"),
        ("يوم الاثنين الماضي", "ar", "2026-03-02T00:00:00-05:00"),
        ("منذ يوم الجمعه", "ar", "2026-02-27T00:00:00-05:00"),
        ("قبل ثلاثة أيام", "ar", "2026-03-01T00:00:00-05:00"),
        ("منذ أسبوع", "ar", "2026-02-25T00:00:00-05:00"),
        ("منذ ١٠ دقائق", "ar", "2026-03-04T11:50:00-05:00"),
        ("٣ كانون الثاني", "ar", "2026-01-03T00:00:00-05:00"),
        ("١/٣/٢٠٢٦", "ar", "2026-03-01T00:00:00-05:00"),
        ("dün", "en", "2026-03-03T00:00:00-05:00"),
        ("yesterday at 5pm", "ar", "2026-03-03T17:00:00-05:00"),
        ("ayer", "en", "2026-03-03T00:00:00-05:00"),  # another language than the conversation's
        ("5", "en", None),
        ("1 and 3", "en", None),
        ("may", "en", None),
        ("mart", "tr", None),
        ("1 ve 3", "tr", None),
        ("bilmiyorum", "tr", None),
        ("Meşe Sokak 12", "tr", None),
        ("١ و ٣", "ar", None),
        ("لا أعرف", "ar", None),
        ("شارع البلوط ١٢", "ar", None),
        ("not sure", "en", None),
        ("12 Oak Street", "en", None),
    ],
)
def test_times(text: str, language: str, value: str | None) -> None:
    assert reads("datetime", text, language) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", "animal"),
        ("the first one", "music"),
        ("Music or a party", "music"),
        ("musc or a party", "music"),
        ("music", "music"),
        ("it is a PARTY", "music"),
        ("yes", "yes"),
        ("no", "no"),
        ("not music", None),
        ("21 Main St", None),
        ("?", None),
    ],
)
def test_one_of_a_list(text: str, value: str | None) -> None:
    titles = {"music": "Music or a party", "animal": "An animal", "yes": "Yes, it does", "no": "No, it doesn't"}
    assert reads("singlevaluelist", text, titles=titles) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("evet", "yes"),
        ("Evet.", "yes"),
        ("hayir", "no"),
        ("نعم", "sure"),
        ("لا", "never"),
        ("السيارة", "car"),
        ("bir araba", "araba"),
        ("değil", None),
    ],
)
def test_yes_no_and_articles_in_turkish_and_arabic(text: str, value: str | None) -> None:
    titles = {
        "yes": "Evet, içeriyor",
        "no": "Hayır, içermiyor",
        "sure": "نعم، فيها",
        "never": "لا، ليس فيها",
        "car": "سيارة أو شاحنة",
        "araba": "Araba veya kamyon",
    }
    assert reads("singlevaluelist", text, titles=titles) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", ["recycling"]),
        ("1 and 3", ["trash", "yard"]),
        ("3, 1", ["trash", "yard"]),
        ("1 3", ["trash", "yard"]),
        ("trash, yard waste", ["trash", "yard"]),
        ("trash and recyclng", ["trash", "recycling"]),
        ("la primera y la tercera", ["trash", "yard"]),
        ("all", ["trash", "recycling", "yard"]),
        ("1 ve 3", ["trash", "yard"]),
        ("birinci ile üçüncü", ["trash", "yard"]),
        ("hepsi", ["trash", "recycling", "yard"]),
        ("١ و ٣", ["trash", "yard"]),
        ("١ و٣", ["trash", "yard"]),
        ("١، ٣", ["trash", "yard"]),
        ("١ ٣", ["trash", "yard"]),
        ("الأول والثالث", ["trash", "yard"]),
        ("الكل", ["trash", "recycling", "yard"]),
        ("13", None),
        ("1 and 9", None),
        ("glass", None),
        (",", None),
    ],
)
def test_several_of_a_list(text: str, value: list[str] | None) -> None:
    assert reads("multivaluelist", text, titles=WASTE) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(415) 555-2671", "+14155552671"),
        ("my number is 415 555 2671", "+14155552671"),
        ("+52 55 1234 5678", "+525512345678"),
        ("٤١٥ ٥٥٥ ٢٦٧١", "+14155552671"),
        ("numaram 415 555 2671", "+14155552671"),
        ("bilmiyorum", None),
        ("911 please", None),
        ("none", None),
    ],
)
def test_phones(text: str, value: str | None) -> None:
    assert reads("phone", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ana@Example.org", "ana@example.org"),
        ("it is <ana@example.org>.", "ana@example.org"),
        ("ana at example", None),
        ("a@b", None),
        ("a@example.org or b@example.org", None),
    ],
)
def test_emails(text: str, value: str | None) -> None:
    assert reads("email", text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12 Oak Street", {"address": "12 Oak Street"}),
        ("corner of 5th and Main", {"address": "corner of 5th and Main"}),
        ("Oak & Main", {"address": "Oak & Main"}),
        ("Oak St / 5th", {"address": "Oak St / 5th"}),
        ("esquina de Roble y Olmo", {"address": "esquina de Roble y Olmo"}),
        ("Meşe ile Çınar köşesi", {"address": "Meşe ile Çınar köşesi"}),
        ("تقاطع البلوط والدردار", {"address": "تقاطع البلوط والدردار"}),
        ("40.5, -73.25", {"latitude": 40.5, "longitude": -73.25}),
        ("٤٠٫٥، -٧٣٫٢٥", {"latitude": 40.5, "longitude": -73.25}),
        ("شارع البلوط ١٢", {"address": "شارع البلوط 12"}),
        ("Meşe Sokağı 12", {"address": "Meşe Sokağı 12"}),
        ("bilmiyorum", None),
        ("لا أعرف", None),
        ("2", None),
        ("I don't know", None),
        ("where should I look?", None),
    ],
)
def test_places(text: str, value: dict[str, Any] | None) -> None:
    assert reads("address", text) == value


def test_control_characters_and_line_breaks_are_not_kept() -> None:
    assert reads("text", "a\x00 hole\n\nby the\u202e gate") == "a hole by the gate"
