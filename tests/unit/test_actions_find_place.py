"""Asking for the nearest place: what is told, what is asked back, and what is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from place_citizen import NOW, TOWN_HALL, Citizen, clinics, demo_town
from sqlalchemy import Engine

from actions.backends.directory.embedded import replace as replace_directory
from channels.text import segments


@pytest.fixture
def engine(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = demo_town(migrated_sqlite, tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def citizen(engine: Engine) -> Citizen:
    return Citizen(engine)


async def test_near_me_without_a_position_asks_where_and_takes_the_street(citizen: Citizen) -> None:
    assert (await citizen.ask("where is the nearest pharmacy")).startswith("Where are you?")
    assert await citizen.ask("40 mill road") == (
        "Mill Road Pharmacy\n19 Mill Road, 0.2 mi\nOpen now, until 9 pm. 555-0119"
    )
    assert [button["title"] for button in citizen.buttons] == [
        "More about Mill Road Pharmacy",
        "Corner Pharmacy, 0.9 mi",
    ]


async def test_by_sms_nobody_is_asked_to_share_a_position(citizen: Citizen) -> None:
    assert "share" not in await citizen.ask("nearest pharmacy", channel="sms")
    assert "share your location" in await citizen.ask("nearest pharmacy", channel="web")


async def test_a_shared_position_answers_at_once_and_is_remembered(citizen: Citizen) -> None:
    assert (await citizen.ask("nearest pharmacy", location=TOWN_HALL)).startswith(
        "Corner Pharmacy\n30 Main Street, 0.3 mi"
    )
    assert (await citizen.ask("closest library")).startswith("Public Library, Main Library\n12 Oak Street, 0.2 mi")


async def test_a_position_alone_is_asked_what_for_and_then_used(citizen: Citizen) -> None:
    assert (await citizen.ask("", location=TOWN_HALL)).startswith("What are you looking for?")
    assert "12 Oak Street, 0.2 mi" in await citizen.ask("library")


async def test_a_new_place_looks_for_the_same_from_there(citizen: Citizen) -> None:
    await citizen.ask("nearest pharmacy near 1 main street")
    assert (await citizen.ask("and near 40 mill road?")).startswith("Mill Road Pharmacy")
    assert (await citizen.ask("and near 1234 pine street?")).startswith("Corner Pharmacy\n30 Main Street, 0.7 mi")


async def test_a_place_nobody_knows_is_asked_for_once_more_and_then_all_are_told(citizen: Citizen) -> None:
    await citizen.ask("nearest pharmacy")
    assert (await citizen.ask("behind the old barn")).startswith("I do not know that place")
    answer = await citizen.ask("at zebra crossing")
    assert answer.startswith("Corner Pharmacy\n30 Main Street\n")


async def test_an_unknown_address_in_the_question_is_owned_up_to(citizen: Citizen) -> None:
    entities = [{"entity": "address", "value": "99 zebra street"}]
    assert (await citizen.ask("pharmacy by 99 zebra street", entities=entities)).startswith("I do not know that place")


async def test_a_new_question_instead_of_where_is_a_new_question(citizen: Citizen) -> None:
    await citizen.ask("nearest pharmacy")
    assert (await citizen.ask("post office hours")).startswith("Post Office\n14 Main Street")


async def test_the_only_one_needs_no_position(citizen: Citizen) -> None:
    assert (await citizen.ask("nearest food pantry")).startswith("Springdale Food Pantry, Human Services\n3 Mill Road")


async def test_in_a_chat_up_to_three_are_told_in_full_and_the_rest_on_asking(engine: Engine) -> None:
    replace_directory(engine, clinics(5), NOW)
    citizen = Citizen(engine)
    answer = await citizen.ask("nearest clinic", channel="web", location={"latitude": 0.0, "longitude": 0.0})
    assert [block.splitlines()[0] for block in answer.split("\n\n")] == ["Clinic 0", "Clinic 1", "Clinic 2"]
    more = await citizen.press("Show me more")
    assert more.startswith("Clinic 3")
    assert [button["title"] for button in citizen.buttons] == ["More about Clinic 3", "Clinic 4, 6.4 km"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("where is the nearest hospital", "I know of no place like that in town: hospital."),
        ("where is a bowling alley", "I do not find that in the town list."),
        ("find a place near me", "What are you looking for?"),
    ],
)
async def test_what_is_not_there_or_not_said_is_told_so(citizen: Citizen, question: str, answer: str) -> None:
    assert (await citizen.ask(question)).startswith(answer)


async def test_what_was_said_before_an_offer_is_looked_for_when_the_offer_is_taken(citizen: Citizen) -> None:
    citizen.before.append({"event": "user", "text": "food pantry", "metadata": {}, "input_channel": "sms"})
    assert (await citizen.ask("Find a place near me", pressed="find_place")).startswith("Springdale Food Pantry")


async def test_open_now_puts_what_is_open_before_what_is_near(citizen: Citizen) -> None:
    citizen.now = datetime(2026, 11, 25, 2, tzinfo=UTC)  # 8 pm
    assert (await citizen.ask("pharmacy open now near 1 main street")).startswith("Mill Road Pharmacy")
    citizen.now = datetime(2026, 11, 25, 9, tzinfo=UTC)  # 3 am
    assert (await citizen.ask("pharmacy open now near 1 main street")).startswith("None of these is open right now.")


async def test_on_a_holiday_nothing_is_promised(engine: Engine) -> None:
    citizen = Citizen(engine, holidays="US")
    citizen.now = datetime(2026, 11, 26, 18, tzinfo=UTC)
    answer = await citizen.ask("post office")
    assert "today is Thanksgiving Day: it may be closed. Call first." in answer


async def test_places_that_are_gone_are_not_told_and_those_closed_for_now_last(engine: Engine) -> None:
    closed, gone, open_one = clinics(3, country="US")
    statuses = [replace(closed, status="temporarily closed"), replace(gone, status="inactive"), open_one]
    replace_directory(engine, statuses, NOW)
    answer = await Citizen(engine).ask("nearest clinic", channel="web", location={"latitude": 0.0, "longitude": 0.0})
    assert answer.split("\n\n") == [
        "Clinic 2\n2.0 mi\nCall to ask for the hours.",
        "Clinic 0\n0.1 mi\nClosed for some time.",
    ]


async def test_an_answer_by_sms_fits_two_messages(citizen: Citizen) -> None:
    for question in (
        "pharmacy near 1 main st",
        "food pantry",
        "library near 1 main st",
        "police",
        "recycling near 61898",
    ):
        answer = await citizen.ask(question)
        titles = [f"{number}. {button['title']}" for number, button in enumerate(citizen.buttons, 1)]
        assert segments("\n".join([answer, *titles])).count <= 2, question
