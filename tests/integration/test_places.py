"""Finding a place through a whole turn: what was asked is answered by what comes next, and choices by their ids."""

from __future__ import annotations

import pytest
from town import Town

from bot.messages import Inbound, Location
from bot.ports import new_id
from store import inbox


@pytest.fixture
def town(quick_town: Town) -> Town:
    """How a turn goes does not depend on how much was taught."""
    return quick_town


async def send_position(town: Town, latitude: float, longitude: float, text: str = "") -> str:
    position = Location(latitude=latitude, longitude=longitude)
    message = Inbound(
        channel="sms", provider_id=new_id(), address="+15550001", text=text, location=position, received_at=town.clock()
    )
    with town.engine.begin() as conn:
        inbox.accept(conn, message, now=town.clock(), new_id=new_id)
    while await town.worker.run_once():
        pass
    return "\n".join(town.read())


async def test_the_answer_to_where_is_no_question_of_its_own(town: Town) -> None:
    assert "Where are you?" in await town.say("where is the nearest pharmacy")
    answer = await town.say("40 mill road")
    assert answer.startswith("Mill Road Pharmacy\n19 Mill Road, 0.2 mi")
    assert [choice.title for choice in town.choices()] == ["More about Mill Road Pharmacy", "Corner Pharmacy, 0.9 mi"]
    assert (await town.say("2")).startswith("Corner Pharmacy\nHours:")
    assert "Phone: 555-0127" in await town.say("what's their phone number")


async def test_a_position_that_was_sent_is_where(town: Town) -> None:
    await town.say("where is the nearest pharmacy")
    assert (await send_position(town, 40.4875, -88.4918)).startswith("Mill Road Pharmacy")


async def test_a_position_without_a_question_is_asked_what_for(town: Town) -> None:
    assert "What are you looking for?" in await send_position(town, 40.4875, -88.4918)
    assert "0.2 mi" in await town.say("pharmacy")


async def test_a_question_instead_of_where_is_answered(town: Town) -> None:
    await town.say("where is the nearest pharmacy")
    assert "Source:" in await town.say("which day do they pick up the garbage on my block")
