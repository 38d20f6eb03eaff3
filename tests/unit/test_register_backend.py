"""The embedded register as a backend: what is close, what is disputed, and what it says when its database fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from actions.backends.base import NEAR, Nearby
from actions.backends.nearness import EARTH_RADIUS, metres, same_address
from actions.backends.register import Register, _around
from bot.errors import BackendAmbiguous, BackendRefused, BackendUnavailable
from bot.messages import Location, Submit
from store import requests
from store.engine import open_engine, reading

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HERE = Location(latitude=40.5, longitude=-73.25)
REPORT = Submit(reference="K7QX-2M9D-4HTR", service_code="pothole", description="A hole.", location=HERE)
DISPUTE = Submit(reference="D7QX-2M9D-4HTR", service_code="pothole", description="Still there.", disputes="2026-000001")
#: Degrees of latitude in a metre.
METRE = 1 / 111_195


class Clock:
    """A minute passes with every look at it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def register(engine: Engine) -> Register:
    return Register(engine, Clock())


async def report(register: Register, name: str, **values: object) -> str:
    submit = replace(REPORT, reference=name, **values)  # type: ignore[arg-type]
    return str((await register.submit(submit)).service_request_id)


def north(distance: float) -> Location:
    return Location(latitude=HERE.latitude + distance * METRE, longitude=HERE.longitude)


async def test_open_cases_of_the_service_within_100_metres_are_near_the_nearest_first(register: Register) -> None:
    numbers = {
        name: await report(register, name, **values)  # type: ignore[arg-type]
        for name, values in {
            "at 90 m": {"location": north(90), "address_string": "14 Oak Street"},
            "at 50 m": {"location": north(-50)},
            "at 20 m": {"location": north(20)},
            "at 70 m": {"location": north(70)},
            "at 101 m": {"location": north(101)},
            "noise": {"location": HERE, "service_code": "noise"},
            "nowhere": {"location": None},
        }.items()
    }
    near = await register.near("pothole", HERE, "")
    assert [nearby.service_request_id for nearby in near] == [numbers[f"at {m} m"] for m in (20, 50, 70)]
    assert [round(nearby.distance or 0) for nearby in near] == [20, 50, 70]
    assert near[0] == Nearby(
        service_request_id=numbers["at 20 m"],
        requested_datetime=NOW + timedelta(minutes=3),
        distance=near[0].distance,
    )


async def test_a_closed_case_is_not_near(register: Register, engine: Engine) -> None:
    number = await report(register, "R1")
    with engine.begin() as conn:
        requests.set_status(conn, number, status="closed", notes="", now=NOW)
    assert await register.near("pothole", HERE, "") == []


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ("12 Oak Street", True),
        ("12  oak street.", True),
        ("12 Óak Street", True),
        ("12 Oak Street, Springdale", False),
        ("2 Oak Street", False),
        ("", False),
        (" . ", False),
    ],
)
async def test_the_same_address_in_other_letters_is_near(register: Register, asked: str, same: bool) -> None:
    number = await report(register, "R1", location=None, address_string="12 Oak Street")
    found = [(nearby.service_request_id, nearby.distance) for nearby in await register.near("pothole", None, asked)]
    assert found == ([(number, None)] if same else [])
    assert same_address("12 Oak Street", asked) is same


def test_two_places_without_an_address_are_not_the_same() -> None:
    assert not same_address("", "")


@given(
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    turn=st.floats(-180, 180),
    away=st.floats(0, NEAR * 0.999),
)
def test_whatever_is_near_lies_in_the_part_of_the_map_that_is_looked_at(
    latitude: float, longitude: float, turn: float, away: float
) -> None:
    import math

    # The point at that distance in that direction, on a sphere.
    angle, north, course = away / EARTH_RADIUS, math.radians(latitude), math.radians(turn)
    sine = math.sin(north) * math.cos(angle) + math.cos(north) * math.sin(angle) * math.cos(course)
    there = math.asin(max(-1.0, min(1.0, sine)))
    east = math.atan2(math.sin(course) * math.sin(angle) * math.cos(north), math.cos(angle) - math.sin(north) * sine)
    place = Location(latitude=math.degrees(there), longitude=(longitude + math.degrees(east) + 180.0) % 360.0 - 180.0)
    center = Location(latitude=latitude, longitude=longitude)
    if metres(center, place) > NEAR:
        return  # rounding, within a metre of a pole
    box = _around(center)
    assert box.south <= place.latitude <= box.north
    inside = (box.west <= place.longitude, place.longitude <= box.east)
    assert all(inside) if box.west <= box.east else any(inside)


async def test_a_dispute_opens_its_case_again_with_the_words_under_their_date(
    register: Register, engine: Engine
) -> None:
    number = await report(register, "R1")
    with engine.begin() as conn:
        requests.set_status(conn, number, status="closed", notes="Filled.", now=NOW)
    assert (await register.submit(DISPUTE)).service_request_id == number
    status = (await register.statuses([number]))[number]
    assert (status.status, status.status_notes) == ("open", "Filled.")
    with reading(engine) as conn:
        case = requests.get(conn, number)
    assert case is not None
    assert case.description == "A hole.\n\n2026-03-04 12:02 UTC:\nStill there."


async def test_a_dispute_is_found_by_its_reference_and_repeating_it_changes_nothing(
    register: Register, engine: Engine
) -> None:
    number = await report(register, "R1")
    assert await register.find(DISPUTE, tried_at=NOW) is None
    await register.submit(DISPUTE)
    assert await register.find(DISPUTE, tried_at=NOW) == number
    before = await register.statuses([number])
    assert (await register.submit(DISPUTE)).service_request_id == number
    assert await register.statuses([number]) == before


async def test_a_dispute_of_no_case_is_refused(register: Register) -> None:
    with pytest.raises(BackendRefused, match="no case 2026-000001"):
        await register.submit(DISPUTE)
    assert await register.find(DISPUTE, tried_at=NOW) is None


async def test_states_of_many_cases_come_at_once_without_those_that_are_not_known(register: Register) -> None:
    first, second = await report(register, "R1"), await report(register, "R2")
    assert set(await register.statuses([second, "no-such-case", first])) == {first, second}
    assert await register.statuses([]) == {}


async def test_the_services_are_the_towns_definitions(engine: Engine) -> None:
    definitions = [{"service_code": "pothole", "service_name": "Pothole"}]
    assert await Register(engine, Clock(), definitions).services() == definitions


async def test_a_database_that_fails_says_whether_the_report_may_have_arrived(tmp_path: object) -> None:
    register = Register(open_engine(f"sqlite:///{tmp_path}/empty.db"), Clock())
    for write in (REPORT, DISPUTE):
        with pytest.raises(BackendAmbiguous):
            await register.submit(write)
    with pytest.raises(BackendUnavailable):
        await register.near("pothole", HERE, "")
    with pytest.raises(BackendUnavailable):
        await register.statuses(["1"])
