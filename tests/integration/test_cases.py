"""Cases and unfinished reports through whole turns: followed, told of, disputed; put aside and taken up elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from town import CITIZEN, Town

from bot.messages import Submit
from store import conversations, follows, requests, submissions, tables
from store.engine import reading
from store.follows import Followed

# Every test is a talk of many turns.
pytestmark = pytest.mark.slow

OTHER = "+15550002"
DAY = 24 * 3600.0


@pytest.fixture
def town(quick_town: Town) -> Town:
    """What a turn does with cases does not depend on how much was taught."""
    return quick_town


async def submitted(town: Town, sender: str = CITIZEN, **fields: Any) -> tuple[str, str]:
    """Have a citizen's report submitted; return its reference and its number."""
    await town.say("hello", sender=sender)
    reference = "K7QX-2M9D-4HTR"
    with town.engine.begin() as conn:
        conversation = conversations.find_or_create(conn, "sms", sender, now=town.clock(), new_id=str)
        report = Submit(reference=reference, service_code="pothole", address_string="12 Oak St", **fields)
        submissions.add(conn, conversation, report, now=town.clock())
    await town.submitter.run_once()
    with reading(town.engine) as conn:
        kept = submissions.get(conn, reference)
    assert kept is not None
    assert kept.service_request_id is not None
    town.read(sender)
    return reference, kept.service_request_id


def followed(town: Town, sender: str) -> list[Followed]:
    with town.engine.begin() as conn:
        conversation = conversations.find_or_create(conn, "sms", sender, now=town.clock(), new_id=str)
        return list(follows.of_conversation(conn, conversation))


def close(town: Town, number: str, notes: str = "Filled.") -> None:
    with town.engine.begin() as conn:
        requests.set_status(conn, number, status="closed", notes=notes, now=town.clock())


async def test_a_closed_case_is_told_and_what_is_not_fixed_is_opened_again(town: Town) -> None:
    _, number = await submitted(town, follow=True)
    await town.watcher.run_once()
    close(town, number)
    town.pass_time(3600)
    await town.watcher.run_once()
    assert town.read() == [f"The town has closed case {number}.\nThe town says: Filled."]
    fixed, not_fixed = town.choices()
    assert f"case {number} is not fixed" in await town.say("", choice=not_fixed.id)
    await town.submitter.run_once()
    assert f"Case {number} is open again." in "".join(town.read())
    assert "still open" in await town.say("", choice=not_fixed.id)
    assert "Thank you" in await town.say("", choice=fixed.id)
    assert [one.next_look_at for one in followed(town, CITIZEN)] == [None]


async def test_the_answer_to_a_closure_may_be_typed(town: Town) -> None:
    _, number = await submitted(town, follow=True)
    await town.watcher.run_once()
    close(town, number)
    town.pass_time(3600)
    await town.watcher.run_once()
    assert f"case {number} is not fixed" in await town.say("2")


async def test_whoever_has_the_reference_may_follow_it_from_another_phone_and_end_that(town: Town) -> None:
    reference, number = await submitted(town)
    assert f"Case {number} ({reference}) is open" in await town.say(reference, sender=OTHER)
    assert [choice.title for choice in town.choices(OTHER)] == ["Tell me when it changes"]
    assert f"when case {number} changes" in await town.say("yes", sender=OTHER)
    [one] = followed(town, OTHER)
    assert (one.service_request_id, one.reference, one.language) == (number, None, "en")
    assert "no more news" in await town.say("no more updates please", sender=OTHER)
    assert [one.next_look_at for one in followed(town, OTHER)] == [None]


async def begin(town: Town, sender: str = CITIZEN) -> str:
    """Begin a report; return what is asked."""
    await town.say("there is a pothole", sender=sender)
    return await town.say("12 Oak Street", sender=sender)


def code_in(text: str) -> str:
    found = re.search(r"\b\w{3}-\w{3}\b", text)
    assert found, text
    return found[0]


def kept(town: Town) -> list[tuple[str | None, str]]:
    """Return code and language of each unfinished interview."""
    with reading(town.engine) as conn:
        rows = conn.execute(select(tables.interviews.c.code, tables.interviews.c.language))
        return [(row.code, row.language) for row in rows]


async def test_an_open_report_is_noted_and_forgotten_once_it_is_left(town: Town) -> None:
    await begin(town)
    assert kept(town) == [(None, "en")]
    await town.say("menu")
    assert kept(town) == []


async def test_a_report_that_was_put_aside_goes_on_on_another_channel_and_only_there(town: Town) -> None:
    await begin(town)
    code = code_in(await town.say("save"))
    assert kept(town) == [(code.replace("-", ""), "en")]
    heard = await town.say(code.lower(), sender="w1", channel="web")
    assert "Welcome back" in heard
    assert kept(town) == [(None, "en")]
    assert "can't find" in await town.say(code)


async def test_whoever_takes_it_up_elsewhere_is_spoken_to_in_its_language(town: Town) -> None:
    await town.say("hay un bache en la calle")
    code = code_in(await town.say("guardar"))
    assert "volvió" in await town.say(code, sender="w1", channel="web", language="en")


@pytest.mark.parametrize("said", ["continue", "i want to continue the report i saved"])
async def test_a_report_goes_on_without_its_code_where_it_was_put_aside(town: Town, said: str) -> None:
    await begin(town)
    await town.say("save")
    assert "Welcome back" in await town.say(said)
    assert kept(town) == [(None, "en")]


async def test_a_code_in_the_middle_of_another_report_puts_that_one_aside(town: Town) -> None:
    await begin(town)
    code = code_in(await town.say("save"))
    await town.say("graffiti on a wall")
    heard = await town.say(code)
    assert "Welcome back" in heard
    assert code_in(heard.replace(code, "")) != code
    assert sorted(one is None for one, _ in kept(town)) == [False, True]


async def test_codes_cannot_be_guessed(town: Town) -> None:
    await begin(town)
    code = code_in(await town.say("save"))
    for wrong in "ABCDE":
        assert "can't find" in await town.say(f"W3R-T4{wrong}", sender=OTHER)
    assert "can't find" in await town.say(code, sender=OTHER)
    town.pass_time(3700)
    assert "Welcome back" in await town.say(code, sender=OTHER)


async def test_a_forgotten_report_is_brought_to_mind_once_and_goes_on(town: Town) -> None:
    asked = await begin(town)
    town.pass_time(DAY + 6 * 3600)
    await town.reminder.run_once()
    [reminder] = town.read()
    assert '"continue"' in reminder
    assert (await town.say("continue")).splitlines()[-1] == asked.splitlines()[-1]
