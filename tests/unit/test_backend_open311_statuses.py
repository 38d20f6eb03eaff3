"""What became of cases at a town's endpoint, and which open ones are close to a place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from backend_open311_town import HERE, NOW, Call, Town, client, town
from starlette.responses import JSONResponse, Response

from actions.backends.base import CaseStatus, Nearby
from actions.backends.open311.matching import metres
from bot.errors import BackendUnavailable
from bot.messages import Location

AT = datetime(2026, 5, 1, 8, tzinfo=UTC)


def case(number: Any, **fields: Any) -> dict[str, Any]:
    return {"service_request_id": number, "status": "open", "updated_datetime": "2026-05-01T08:00:00Z", **fields}


def status(**fields: Any) -> CaseStatus:
    return CaseStatus(**{"status": "open", "status_notes": "", "updated_datetime": AT, **fields})


async def statuses(app: Town, *numbers: str) -> dict[str, CaseStatus]:
    async with client(app) as backend:
        return dict(await backend.statuses(numbers))


async def test_cases_are_asked_for_together() -> None:
    closed = case("2", status="CLOSED", status_notes="<b>Filled.</b>", agency_responsible="Streets")
    app = town(requests=JSONResponse([case(1), closed, case("3", updated_datetime=None)]))
    assert await statuses(app, "1", "2", "3", "1") == {
        "1": status(),
        "2": status(status="closed", status_notes="Filled.", agency_responsible="Streets"),
        "3": status(updated_datetime=NOW),
    }
    assert [call.query for call in app.asked("GET /requests.json")] == [{"service_request_id": "1,2,3"}]
    assert len(app.calls) == 2


async def test_nobody_is_asked_about_nothing() -> None:
    app = town()
    assert await statuses(app) == {}
    assert app.calls == []


async def test_many_cases_are_asked_for_in_portions() -> None:
    app = town(requests=lambda call: JSONResponse([case(one) for one in call.query["service_request_id"].split(",")]))
    numbers = [str(number) for number in range(120)]
    assert list(await statuses(app, *numbers)) == numbers
    asked = [call.query["service_request_id"].split(",") for call in app.asked("GET /requests.json")]
    assert [len(one) for one in asked] == [50, 50, 20]


@pytest.mark.parametrize(
    "listed", [JSONResponse([]), JSONResponse([case("9")]), Response(status_code=404), Response(status_code=400)]
)
async def test_what_a_list_leaves_out_is_asked_for_alone(listed: Response) -> None:
    app = town(requests=listed)
    app.replies |= {
        "GET /requests/1.json": JSONResponse([case("1")]),
        "GET /requests/A%2F2.json": JSONResponse({"service_requests": {"request": case("A/2", status="closed")}}),
        "GET /requests/3.json": JSONResponse([]),
        "GET /requests/4.json": JSONResponse([case("400")]),
    }
    assert await statuses(app, "1", "A/2", "3", "4", "5") == {"1": status(), "A/2": status(status="closed")}


async def test_unknown_cases_are_missing() -> None:
    assert await statuses(town(requests=JSONResponse([])), "1", "2") == {}


async def test_when_the_endpoint_itself_is_gone_the_cases_are_not() -> None:
    app = town(requests=JSONResponse([case("1")]))
    async with client(app) as backend:
        assert list(await backend.statuses(["1"])) == ["1"]
        app.replies = {}
        with pytest.raises(BackendUnavailable, match="check OPEN311_URL"):
            await backend.statuses(["1"])


@pytest.mark.parametrize("path", ["GET /requests.json", "GET /requests/1.json"])
async def test_a_case_that_cannot_be_asked_for_now_is_not_unknown(path: str) -> None:
    app = town(requests=JSONResponse([]))
    app.replies[path] = Response(status_code=500)
    with pytest.raises(BackendUnavailable):
        await statuses(app, "1")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((41.88, -87.63), (41.88, -87.63), 0),
        ((0.0, 0.0), (0.0, 1.0), 111_195),
        ((0.0, 179.5), (0.0, -179.5), 111_195),
        ((90.0, 0.0), (-90.0, 77.0), 20_015_087),
        ((41.88, -87.63), (41.8808, -87.63), 89),
    ],
)
def test_distances_are_those_of_the_earth(one: tuple[float, float], other: tuple[float, float], expected: int) -> None:
    places = [Location(latitude=latitude, longitude=longitude) for latitude, longitude in (one, other)]
    assert round(metres(*places)) == expected


def open_case(number: Any, metres_north: float, **fields: Any) -> dict[str, Any]:
    return {
        "service_request_id": number,
        "status": "open",
        "service_code": "001",
        "requested_datetime": "2026-05-01T08:00:00Z",
        "address": f"{number} Oak Ave",
        "lat": HERE.latitude + metres_north / 111_195,
        "long": str(HERE.longitude),
        **fields,
    }


async def near(requests: Any, location: Location | None = HERE, address: str = "") -> list[Nearby]:
    async with client(town(requests=JSONResponse(requests))) as backend:
        return list(await backend.near("001", location, address))


async def test_the_nearest_open_cases_are_found_nearest_first() -> None:
    cases = [open_case("a", 90), open_case("b", 10), open_case("c", -50), open_case("d", 60), open_case("e", 101)]
    found = await near({"service_requests": cases})
    assert [nearby.service_request_id for nearby in found] == ["b", "c", "d"]
    assert [round(nearby.distance or 0) for nearby in found] == [10, 50, 60]
    assert (found[0].address, found[0].requested_datetime) == ("b Oak Ave", AT)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "closed"},
        {"service_code": "002"},
        {"service_request_id": None},
        {"requested_datetime": "2026-03-01T08:00:00Z"},
        {"lat": None, "long": None},
        {"lat": "May not be returned"},
    ],
)
async def test_what_is_closed_other_old_or_nowhere_is_not_near(changes: dict[str, Any]) -> None:
    assert await near([{**open_case("a", 0), **changes}]) == []


@pytest.mark.parametrize(
    ("there", "asked", "same"),
    [
        ("12 Main St.", "12  MAIN st", True),
        ("Calle Peñón, 4", "calle penon 4", True),
        ("12 Main St", "21 Main St", False),
        ("", "", False),
        (None, "", False),
    ],
)
async def test_the_same_address_is_near_without_coordinates(there: str | None, asked: str, same: bool) -> None:
    found = await near([open_case("a", 0, address=there, lat=None)], None, asked)
    assert [nearby.distance for nearby in found] == [None] * same


async def test_what_is_near_is_asked_for_as_the_standard_has_it() -> None:
    app = town(requests=JSONResponse([open_case("a", 0)]))
    async with client(app, api_key="secret") as backend:
        await backend.near("001", HERE, "")
    assert app.asked("GET /requests.json")[0].query == {
        "service_code": "001",
        "status": "open",
        "start_date": "2026-03-05T12:00:00Z",
        "end_date": "2026-05-04T12:00:00Z",
        "page_size": "100",
    }


async def test_a_long_list_is_read_in_part() -> None:
    def endless(call: Call) -> Response:
        return JSONResponse([open_case(call.query.get("page", "1"), 10)])

    app = town(requests=endless)
    async with client(app) as backend:
        assert len(await backend.near("001", HERE, "")) == 3
    assert len(app.asked("GET /requests.json")) == 3
