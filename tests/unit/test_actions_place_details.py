"""Asking more about a place that was told, and how hours, distances and dates are worded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from place_citizen import NOW, TOWN_HALL, Citizen, clinics, demo_town
from sqlalchemy import Engine

from actions.backends.directory.embedded import Match
from actions.backends.directory.embedded import replace as replace_directory
from actions.backends.directory.places import Schedule
from actions.place_words import Calendar, PlaceWords
from bot.errors import ContentError


@pytest.fixture
def engine(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = demo_town(migrated_sqlite, tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def citizen(engine: Engine) -> Citizen:
    return Citizen(engine)


async def test_a_choice_tells_more_of_its_place_also_when_others_were_told_since(citizen: Citizen) -> None:
    await citizen.ask("nearest pharmacy near 1 main street")
    old = citizen.buttons
    await citizen.ask("library near 1 main street")
    citizen.buttons = old
    details = await citizen.press("More about Corner")
    assert details.splitlines() == [
        "Corner Pharmacy",
        "Hours: Open now, until 7 pm. Mon-Fri 9 am-7 pm, Sat 9 am-2 pm.",
        "Where: 30 Main Street, Springdale",
        "Phone: 555-0127",
        "They speak: English, Spanish",
        "Getting in: Ramp and wide doors",
        "Checked 1 October 2026.",
    ]


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("is it open now?", "Hours: Open now, until 6 pm. Mon-Fri 8 am-6 pm, Sat 9 am-1 pm."),
        ("what should i bring", "Bring: A list of your medicine"),
        ("their phone number", "Phone: 555-0115"),
        ("how much does it cost", "Cost: 0 to 40 dollars, based on your income"),
        ("do they speak arabic", "They speak: English, Spanish, Arabic, Other languages by phone"),
        ("is there a ramp", "Getting in: Ramp and wide doors, Elevator"),
        ("who can go there", "Who may come: Everyone, with or without insurance"),
        ("do i need an appointment", "How: Walk in before 10 am, or call to book"),
    ],
)
async def test_questions_afterwards_are_about_the_place_that_was_told(
    citizen: Citizen, question: str, line: str
) -> None:
    await citizen.ask("health clinic near me")
    assert (await citizen.ask(question, details=True)).splitlines() == [
        "Health Clinic",
        line,
        "Checked 1 October 2026.",
    ]


async def test_what_the_directory_does_not_know_the_place_itself_does(citizen: Citizen) -> None:
    await citizen.ask("post office")
    answer = await citizen.ask("what should i bring", details=True)
    assert answer.splitlines()[:4] == [
        "Post Office",
        "I have no word on that. Please ask them.",
        "Where: 14 Main Street, Springdale",
        "Phone: 555-0114",
    ]


async def test_an_alert_is_told_with_the_details(citizen: Citizen) -> None:
    await citizen.ask("police station")
    assert "Note: In danger? Call 911." in await citizen.ask("phone number", details=True)


async def test_a_place_that_is_named_is_meant_though_it_was_told_second(citizen: Citizen) -> None:
    await citizen.ask("pharmacy near 1 main street")
    assert (await citizen.ask("phone of the mill road pharmacy", details=True)).startswith("Mill Road Pharmacy")
    assert (await citizen.ask("is it open now", details=True)).startswith("Mill Road Pharmacy")


async def test_a_question_about_nothing_asks_which(citizen: Citizen) -> None:
    assert (await citizen.ask("is it open now", details=True)).startswith("Which place do you mean?")


async def test_a_choice_of_a_place_that_is_gone_says_so(citizen: Citizen) -> None:
    await citizen.ask("nearest pharmacy near 1 main street")
    replace_directory(citizen.engine, clinics(1), NOW)
    assert (await citizen.press("More about")).startswith("That place is not in the town list any more")


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("en", "Open now, until 7 pm."),
        ("es", "Abierto ahora, hasta las 7 pm."),
        ("tr", "Şu an açık, kapanış 19:00."),
        ("ar", "مفتوح الآن حتى 7 مساء."),
    ],
)
async def test_hours_are_told_in_the_citizens_language(citizen: Citizen, language: str, answer: str) -> None:
    assert answer in await citizen.ask("corner pharmacy", language=language)


def words(citizen: Citizen, language: str = "en") -> PlaceWords:
    return PlaceWords(citizen.finder.local, citizen.now, language, "web")


@pytest.mark.parametrize(
    ("byday", "opens"),
    [("WE", "Opens the next day, 9 am."), ("SA", "Opens Sat 9 am."), ("TU", "Opens 1 December 2026, 9 am.")],
)
def test_the_next_opening_is_told_by_day(citizen: Citizen, byday: str, opens: str) -> None:
    schedule = Schedule(freq="WEEKLY", byday=byday, opens_at=time(9), closes_at=time(12))
    [place] = clinics(1, schedules=(schedule,))
    assert words(citizen).state(place).endswith(opens)


def test_hours_that_are_only_words_are_passed_on(citizen: Citizen) -> None:
    [place] = clinics(1, schedules=(Schedule(description="Sunrise to sunset"),))
    assert words(citizen).state(place) == "Sunrise to sunset"


def test_open_day_and_night_has_no_week(citizen: Citizen) -> None:
    [place] = clinics(1, schedules=(Schedule(freq="DAILY", opens_at=time(0), closes_at=time(0)),))
    assert words(citizen).details(place, {"hours"}) == ["Hours: Open day and night."]


@pytest.mark.parametrize(
    ("country", "language", "far"),
    [("US", "en", "0.6 mi"), ("DE", "en", "1.0 km"), ("TR", "tr", "1,0 km"), ("", "es", "1.0 km")],
)
def test_distances_are_told_as_the_country_and_the_language_do(
    citizen: Citizen, country: str, language: str, far: str
) -> None:
    [place] = clinics(1, country=country)
    assert words(citizen, language).far(Match(place, 1.0)) == f"Clinic 0, {far}"


def test_when_it_was_checked_is_told_as_a_date(citizen: Citizen) -> None:
    [place] = clinics(1, phones=("555-0100",), assured_date=date(2026, 3, 3))
    assert words(citizen).details(place)[-1] == "Checked 3 March 2026."
    assert words(citizen, "es").details(place)[-1] == "Revisado el 3 de marzo de 2026."


def test_a_calendar_without_days_is_named(tmp_path: Path) -> None:
    (tmp_path / "words.yml").write_text("months: {}\n")
    with pytest.raises(ContentError, match="needs `days`"):
        Calendar.load(tmp_path / "words.yml")


async def test_what_the_conversation_remembers_can_be_kept_as_json(citizen: Citizen) -> None:
    await citizen.ask("nearest pharmacy", location=TOWN_HALL)
    citizen.slots = json.loads(json.dumps(citizen.slots))
    assert (await citizen.ask("phone number", details=True)).startswith("Corner Pharmacy")
