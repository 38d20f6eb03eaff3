"""What every service backend promises: the one in memory, the register, the Open311 client on all kinds of servers."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from backend_towns import CATALOGUE, FAULTY, NOW, REGISTERS, TOWNS, Clock, Kept, Town, Towns, each, here

from actions.backends.memory import Fault, MemoryBackend
from actions.backends.open311 import Open311
from actions.backends.register import Register
from actions.intake.services import Attribute, Catalogue, Service, read_service
from bot.errors import BackendAmbiguous, BackendError, BackendRefused, BackendUnavailable
from bot.messages import Submit
from channels.simulators.serving import free_port
from store.engine import open_engine

REPORT = Submit(
    reference="K7QX-2M9D-4HTR",
    service_code="001",
    attributes={"SIZE": "124", "LANE": ["bike", "walk"], "DEPTH": 4.5},
    description="A hole, “deep” – near the gate.\nÇukur çok derin; حفرة 🚲 & 5 > 4",
    address_string="12 Çınar Street",
    location=here(),
    media_url="https://media.example/1?a=b&c=d",
)
ANIMAL = Submit(reference="K7QX-2M9D-4HTA", service_code="animal", address_string="12 Oak Street", location=here())
#: Later than any server needs to give a number to a report.
LATER = {"hours": 1}


@pytest.fixture(params=each(TOWNS))
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    async with Towns(request, tmp_path).open(request.param) as opened:
        yield opened


async def filed(town: Town, report: Submit = REPORT) -> str:
    """Hand a report over, and see it through to its number, as the submitter does."""
    tried_at = town.clock()
    try:
        accepted = await town.backend.submit(report)
    except BackendAmbiguous:
        number = await town.backend.find(report, tried_at=tried_at)
    else:
        town.clock.pass_(**LATER if accepted.token else {})
        number = accepted.service_request_id or await town.backend.number(str(accepted.token))
    assert number is not None
    return number


async def test_a_report_becomes_an_open_case_with_everything_that_was_said(town: Town) -> None:
    before = town.clock()
    number = await filed(town)
    status = (await town.backend.statuses([number]))[number]
    assert (status.status, status.status_notes) == ("open", "")
    assert status.updated_datetime.astimezone(UTC) == before
    assert town.kept(REPORT.reference) == Kept(
        service_code="001",
        attributes={"SIZE": ("124",), "LANE": ("bike", "walk"), "DEPTH": ("4.5",)},
        description=REPORT.description,
        address="12 Çınar Street",
        location=(here().latitude, here().longitude),
        media_url="https://media.example/1?a=b&c=d",
    )


async def test_an_address_alone_is_a_place(town: Town) -> None:
    report = replace(ANIMAL, location=None)
    if not town.takes_addresses:
        with pytest.raises(BackendRefused) as refused:
            await town.backend.submit(report)
        assert "lat" in refused.value.reason
        return
    await filed(town, report)
    kept = town.kept(ANIMAL.reference)
    assert kept is not None
    assert (kept.address, kept.location) == ("12 Oak Street", None)


async def test_coordinates_alone_are_a_place(town: Town) -> None:
    await filed(town, replace(ANIMAL, address_string=""))
    kept = town.kept(ANIMAL.reference)
    assert kept is not None
    assert kept.location == (here().latitude, here().longitude)


async def test_long_words_arrive_as_far_as_there_is_room(town: Town) -> None:
    words = "Ağaç devrildi. " * 266 + "Sonunda."
    assert 3900 < len(words) <= 4000
    await filed(town, replace(REPORT, description=words))
    kept = town.kept(REPORT.reference)
    assert kept is not None
    # The reference takes a line of the standard's 4,000 characters.
    assert len(kept.description) >= 4000 - 30
    assert words.startswith(kept.description)


async def test_two_references_are_two_cases(town: Town) -> None:
    assert await filed(town) != await filed(town, replace(REPORT, reference="K7QX-2M9D-4HTX", description="Another."))


@pytest.mark.parametrize("town", each(["memory", *REGISTERS]), indirect=True)
async def test_a_reference_that_comes_again_is_the_same_case_where_it_is_known(town: Town) -> None:
    assert await filed(town) == await filed(town)


async def test_a_case_is_found_by_its_reference(town: Town) -> None:
    await filed(town, replace(REPORT, reference="K7QX-2M9D-4HTX"))
    tried_at = town.clock()
    number = await filed(town)
    assert await town.backend.find(REPORT, tried_at=tried_at) == number


@pytest.mark.parametrize("town", each(FAULTY), indirect=True)
async def test_a_lost_answer_is_ambiguous_and_the_case_is_found(town: Town) -> None:
    tried_at = town.clock()
    town.lose_next()
    with pytest.raises(BackendAmbiguous):
        await town.backend.submit(REPORT)
    town.recover()
    town.clock.pass_(**LATER)
    number = await town.backend.find(REPORT, tried_at=tried_at)
    assert number is not None
    assert list(await town.backend.statuses([number])) == [number]


@pytest.mark.parametrize("town", each(FAULTY), indirect=True)
async def test_a_failure_before_accepting_leaves_nothing(town: Town) -> None:
    tried_at = town.clock()
    town.fail_next()
    with pytest.raises(BackendError) as failed:
        await town.backend.submit(REPORT)
    assert failed.value.retryable
    town.recover()
    town.clock.pass_(**LATER)
    assert town.kept(REPORT.reference) is None
    assert await town.backend.find(REPORT, tried_at=tried_at) is None
    await filed(town)


@pytest.mark.parametrize("town", each([*FAULTY, "register, served"]), indirect=True)
async def test_a_refusal_has_the_towns_words(town: Town) -> None:
    town.refuse_next()
    with pytest.raises(BackendRefused) as refused:
        await town.backend.submit(replace(REPORT, attributes={"LANE": ["bike"]}))
    assert "SIZE" in refused.value.reason or refused.value.reason == "Not here."
    assert town.kept(REPORT.reference) is None


async def test_what_is_not_known_has_no_status(town: Town) -> None:
    number = await filed(town)
    assert list(await town.backend.statuses(["999999", number, "no-such-case"])) == [number]
    assert await town.backend.statuses([]) == {}


async def test_many_cases_are_asked_after_at_once(town: Town) -> None:
    reports = [replace(ANIMAL, reference=f"K7QX-2M9D-4HT{n}", description=f"Fox {n}") for n in range(2, 10)]
    numbers = [await filed(town, report) for report in reports]
    assert set(await town.backend.statuses(numbers)) == set(numbers)


async def test_a_closed_case_has_its_notes(town: Town) -> None:
    requested_at = town.clock()
    number = await filed(town)
    town.clock.pass_(minutes=5)
    town.set_status(number, "closed", "Filled & swept – ça va, çukur kapandı.")
    status = (await town.backend.statuses([number]))[number]
    assert (status.status, status.status_notes) == ("closed", "Filled & swept – ça va, çukur kapandı.")
    told = "updated_datetime" not in town.untold
    assert status.updated_datetime.astimezone(UTC) == (town.clock() if told else requested_at)


async def test_near_are_open_cases_of_the_service_within_a_hundred_metres(town: Town) -> None:
    async def at(metres: float, reference: str, service_code: str = "animal") -> str:
        place, address = here(metres), f"{metres:.0f} Elm Road"
        report = replace(ANIMAL, reference=reference, location=place, address_string=address, service_code=service_code)
        return await filed(town, report)

    close, closer = await at(90, "K7QX-2M9D-4HT2"), await at(-40, "K7QX-2M9D-4HT3")
    closed = await at(10, "K7QX-2M9D-4HT4")
    await at(130, "K7QX-2M9D-4HT5")
    await at(0, "K7QX-2M9D-4HT6", "rodents")
    town.set_status(closed, "closed", "")
    town.clock.pass_(**LATER)
    near = await town.backend.near("animal", here(), "")
    assert [one.service_request_id for one in near] == [closer, close]
    assert [one.distance for one in near] == [pytest.approx(40, abs=1), pytest.approx(90, abs=1)]
    assert near[0].address == "-40 Elm Road"
    assert near[0].requested_datetime.tzinfo is not None
    assert await town.backend.near("animal", here(5000), "") == []


async def test_near_is_also_the_same_address_in_other_letters(town: Town) -> None:
    number = await filed(town, ANIMAL)
    assert [one.service_request_id for one in await town.backend.near("animal", None, "12 OAK street")] == [number]
    assert await town.backend.near("animal", None, "14 Oak Street") == []
    assert await town.backend.near("animal", None, "") == []


@pytest.mark.parametrize("town", each(FAULTY), indirect=True)
async def test_a_token_becomes_a_number(town: Town) -> None:
    town.before_token()
    report = replace(ANIMAL, service_code="rodents")
    accepted = await town.backend.submit(report)
    assert accepted.service_request_id is None
    assert accepted.token is not None
    town.clock.pass_(**LATER)
    number = await town.backend.number(accepted.token)
    assert number is not None
    assert list(await town.backend.statuses([number])) == [number]
    assert await town.backend.number("no-such-token") is None


@pytest.mark.parametrize("town", each([town for town in FAULTY if town != "Chicago"]), indirect=True)
async def test_a_black_box_gives_nothing_and_cannot_be_searched(town: Town) -> None:
    town.before_blackbox()
    report = replace(ANIMAL, service_code="praise")
    accepted = await town.backend.submit(report)
    assert (accepted.service_request_id, accepted.token) == (None, None)
    assert town.kept(ANIMAL.reference) is not None
    # To send it again would be to send it twice: staff must decide.
    with pytest.raises(BackendRefused):
        await town.backend.find(report, tried_at=NOW)


async def test_services_have_everything_that_the_town_says_of_them(town: Town) -> None:
    told = Catalogue.of(map(read_service, await town.backend.services()))
    assert list(told.services.values()) == [untold(service, town.untold) for service in CATALOGUE.services.values()]


def untold(service: Service, fields: frozenset[str]) -> Service:
    """Return a service without what a town does not tell of it."""
    defaults = {field.name: field.default for field in dataclasses.fields(Service) if field.name in fields}
    asked = {field.name: field.default for field in dataclasses.fields(Attribute) if field.name in fields}
    attributes = tuple(replace(attribute, **asked) for attribute in service.attributes)
    return replace(service, attributes=attributes, **defaults)


async def test_a_town_that_nobody_answers_for_is_unavailable() -> None:
    client = Open311(f"http://127.0.0.1:{free_port()}", Clock())
    for call in (client.submit(REPORT), client.services(), client.near("001", here(), ""), client.statuses(["1"])):
        with pytest.raises(BackendUnavailable):
            await call
    await client.close()


async def test_a_register_without_its_tables_says_whether_trying_again_can_help(tmp_path: Path) -> None:
    register = Register(open_engine(f"sqlite:///{tmp_path}/empty.db"), Clock())
    with pytest.raises(BackendAmbiguous):
        await register.submit(REPORT)
    with pytest.raises(BackendUnavailable):
        await register.find(REPORT, tried_at=NOW)


async def test_the_memory_backend_keeps_to_its_plan() -> None:
    clock = Clock()
    backend = MemoryBackend(clock, [Fault.AMBIGUOUS, Fault.TOKEN])
    with pytest.raises(BackendAmbiguous):
        await backend.submit(REPORT)
    await backend.submit(ANIMAL)
    with pytest.raises(BackendAmbiguous):
        await backend.find(ANIMAL, tried_at=NOW)
    assert await backend.number("token-2") is None
    clock.now += timedelta(minutes=1)
    assert await backend.number("token-2") == await backend.find(ANIMAL, tried_at=NOW) == "2"
    await backend.submit(REPORT)
    assert backend.arrived == [REPORT.reference, ANIMAL.reference, REPORT.reference]
