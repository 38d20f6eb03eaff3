"""What every service backend promises, and what the one in memory plays besides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from actions.backends import BACKENDS
from actions.backends.base import Backend, CaseStatus
from actions.backends.memory import Fault, MemoryBackend
from actions.backends.register import Register
from bot.errors import BackendAmbiguous, BackendRefused, BackendUnavailable
from bot.messages import Location, Submit
from store import requests
from store.engine import open_engine

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
REPORT = Submit(
    reference="K7QX-2M9D-4HTR",
    service_code="pothole",
    attributes={"size": "large", "lane": ["bike", "parking"], "depth_inches": 4},
    description="A hole, “deep” – near the gate",
    address_string="12 Oak Street",
    location=Location(latitude=40.5, longitude=-73.25),
    media_url="https://media/1",
)


def clock() -> datetime:
    return NOW


async def filed(backend: Backend, report: Submit = REPORT) -> str:
    """Hand a report over to a backend that gives numbers at once."""
    number = (await backend.submit(report)).service_request_id
    assert number is not None
    return number


@pytest.fixture(params=["memory", *BACKENDS])
def backend(request: pytest.FixtureRequest, engine: Engine) -> Backend:
    """Each backend; those that need a database, once on each kind (the one in memory takes no notice of it)."""
    return MemoryBackend(clock) if request.param == "memory" else BACKENDS[request.param](engine, clock)


async def test_a_report_becomes_an_open_case(backend: Backend) -> None:
    number = await filed(backend)
    assert (await backend.statuses([number]))[number] == CaseStatus(
        status="open", status_notes="", updated_datetime=NOW
    )


async def test_the_same_reference_is_the_same_case(backend: Backend) -> None:
    first = await filed(backend)
    assert await filed(backend) == first
    assert await filed(backend, replace(REPORT, reference="K7QX-2M9D-4HTX")) != first


async def test_a_case_is_found_by_its_reference(backend: Backend) -> None:
    assert await backend.find(REPORT, tried_at=NOW) is None
    number = await filed(backend)
    assert await backend.find(REPORT, tried_at=NOW) == number


async def test_an_unknown_case_has_no_status(backend: Backend) -> None:
    assert await backend.statuses(["no-such-case"]) == {}


async def test_the_register_keeps_everything_that_was_said(engine: Engine) -> None:
    number = await filed(Register(engine, clock))
    with engine.begin() as conn:
        kept = requests.get(conn, number)
    assert kept is not None
    assert (kept.reference, kept.service_code, kept.address) == (REPORT.reference, "pothole", "12 Oak Street")
    assert (kept.lat, kept.long, kept.media_url) == (40.5, -73.25, "https://media/1")
    assert (kept.description, dict(kept.attributes)) == (REPORT.description, REPORT.attributes)


async def test_the_register_tells_what_staff_noted(engine: Engine) -> None:
    register = Register(engine, clock)
    number = await filed(register)
    with engine.begin() as conn:
        requests.set_status(conn, number, status="closed", notes="Filled.", now=NOW)
    assert (await register.statuses([number]))[number] == CaseStatus(
        status="closed", status_notes="Filled.", updated_datetime=NOW
    )


async def test_a_register_without_its_tables_says_whether_trying_again_can_help(tmp_path: object) -> None:
    register = Register(open_engine(f"sqlite:///{tmp_path}/empty.db"), clock)
    with pytest.raises(BackendAmbiguous):
        await register.submit(REPORT)
    with pytest.raises(BackendUnavailable):
        await register.find(REPORT, tried_at=NOW)


@pytest.mark.parametrize(
    ("fault", "error", "arrives"),
    [
        (Fault.UNAVAILABLE, BackendUnavailable, False),
        (Fault.AMBIGUOUS, BackendAmbiguous, True),
        (Fault.REFUSED, BackendRefused, False),
    ],
)
async def test_the_memory_backend_fails_as_planned_once(fault: Fault, error: type[Exception], arrives: bool) -> None:
    backend = MemoryBackend(clock, [fault])
    with pytest.raises(error):
        await backend.submit(REPORT)
    assert (await backend.find(REPORT, tried_at=NOW) is not None) is arrives
    assert await filed(backend) == "1"
