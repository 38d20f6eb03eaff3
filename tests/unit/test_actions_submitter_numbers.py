"""What the town answers to a report: a number, a token for one, neither; and what is said and followed then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from submitter_town import PHRASES, REFERENCE, REPORT, SECOND, START, Plays, Town, next_attempt

from actions.backends.base import Accepted
from actions.backends.memory import Fault
from actions.backends.register import Register
from actions.submitter import NUMBER_PATIENCE
from store import requests, submissions


async def test_a_token_is_asked_for_its_number_until_there_is_one(small_store: Engine) -> None:
    town = Town(small_store, [Fault.TOKEN])
    assert await town.run(every=timedelta(0)) == [1]
    assert town.state() == ("accepted", None)
    assert town.heard() == []
    waits = []
    while town.state()[0] == "accepted":
        until = next_attempt(town)
        waits.append((until - town.now) / SECOND)
        town.now = until
        await town.submitter.run_once()
    assert waits == [5, 10, 20, 40]
    assert town.state() == ("submitted", "1")
    assert town.memory.arrived == [REFERENCE]
    assert len(town.heard()) == 1


async def test_a_number_that_never_comes_is_left_to_staff(small_store: Engine) -> None:
    town = Town(small_store)
    town.use(Plays(Accepted(token="t")))
    await town.run(5, every=timedelta(days=10))
    assert town.now - START > NUMBER_PATIENCE
    assert town.state() == ("parked", None)
    assert town.alerts() == [("parked_submission", REFERENCE)]
    assert len(town.heard()) == 1


async def test_a_report_that_never_gets_a_number_has_arrived_all_the_same(small_store: Engine) -> None:
    town = Town(small_store, [Fault.BLACKBOX], report=replace(REPORT, follow=True))
    assert await town.run(2) == [1, 0]
    assert town.state() == ("submitted", None)
    assert town.heard() == [PHRASES.say("utter_case_without_number", "es", "sms", reference=REFERENCE)]
    assert town.followed() == []


@pytest.mark.parametrize("accepted", [Accepted(service_request_id="7"), Accepted(token="t"), Accepted()])
async def test_the_towns_notice_is_passed_on(small_store: Engine, accepted: Accepted) -> None:
    town = Town(small_store)
    town.use(Plays(replace(accepted, service_notice="We look within\n3 days.")))
    await town.run()
    [said] = town.heard()
    assert said.endswith("\nEl municipio dice: We look within 3 days.")


@pytest.mark.parametrize("accepted", [Accepted(service_request_id="7" * 65), Accepted(token="t" * 256)])
async def test_what_is_too_long_to_keep_is_left_to_staff(small_store: Engine, accepted: Accepted) -> None:
    town = Town(small_store)
    town.use(Plays(accepted))
    await town.run()
    assert town.state() == ("parked", None)


async def test_a_case_is_followed_from_its_number_on_if_the_citizen_wants_that(small_store: Engine) -> None:
    town = Town(small_store, report=replace(REPORT, follow=True))
    await town.run()
    [followed] = town.followed()
    assert (followed.service_request_id, followed.reference, followed.language) == ("1", REFERENCE, "es")
    assert followed.next_look_at == START


async def test_a_case_is_not_followed_if_nobody_asked(small_store: Engine) -> None:
    town = Town(small_store)
    await town.run()
    assert town.followed() == []


async def test_a_dispute_opens_the_case_again_and_it_is_followed_anew(small_store: Engine) -> None:
    town = Town(small_store)
    town.use(Register(small_store, lambda: town.now))
    await town.run()
    number = str(town.kept().service_request_id)
    with small_store.begin() as conn:
        requests.set_status(conn, number, status="closed", notes="Done.", now=town.now)
        dispute = replace(REPORT, reference="K7QX-2M9D-4HTX", disputes=number, follow=True)
        submissions.add(conn, "c1", dispute, now=town.now)
    await town.run()
    assert town.kept("K7QX-2M9D-4HTX").service_request_id == number
    assert town.heard()[1].startswith(f"El caso {number} está abierto otra vez.")
    assert [followed.status for followed in town.followed()] == ["open"]


async def test_a_dispute_that_the_town_numbers_anew_is_said_so(small_store: Engine) -> None:
    town = Town(small_store, report=replace(REPORT, disputes="99"))
    await town.run()
    [said] = town.heard()
    assert "caso 99" in said
    assert "caso 1." in said
