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
        ("ayer", "en", "2026-03-03T00:00:00-05:00"),  # another language than the conversation's
        ("5", "en", None),
        ("1 and 3", "en", None),
        ("may", "en", None),
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
        ("2", ["recycling"]),
        ("1 and 3", ["trash", "yard"]),
        ("3, 1", ["trash", "yard"]),
        ("1 3", ["trash", "yard"]),
        ("trash, yard waste", ["trash", "yard"]),
        ("trash and recyclng", ["trash", "recycling"]),
        ("la primera y la tercera", ["trash", "yard"]),
        ("all", ["trash", "recycling", "yard"]),
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
        ("40.5, -73.25", {"latitude": 40.5, "longitude": -73.25}),
        ("2", None),
        ("I don't know", None),
        ("where should I look?", None),
    ],
)
def test_places(text: str, value: dict[str, Any] | None) -> None:
    assert reads("address", text) == value


def test_control_characters_and_line_breaks_are_not_kept() -> None:
    assert reads("text", "a\x00 hole\n\nby the\u202e gate") == "a hole by the gate"
