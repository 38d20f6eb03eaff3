"""Each quirk of the simulated town shows, and faults strike as planned, down to the closed connection."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from actions.simulators.faults import Fate, Fates, FaultPlan
from actions.simulators.open311 import BASE, FIRST_NUMBER, FakeOpen311
from actions.simulators.quirks import Quirk
from channels.simulators.serving import serve

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
FIRST = str(FIRST_NUMBER)
ANIMAL = {"service_code": "animal", "lat": "41.5", "long": "-87", "address_string": "12 Çınar", "description": "A fox."}


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def calls(town: FakeOpen311) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=town)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://town.example{BASE}") as client:
        yield client


def town_with(*quirks: Quirk, clock: Clock | None = None, **more: Any) -> FakeOpen311:
    return FakeOpen311(clock or Clock(), quirks=frozenset(quirks), **more)


@pytest.mark.parametrize(
    ("quirk", "path", "shows"),
    [
        (Quirk.NUMBERS_AS_CODES, "/services.json", '{"service_code": 001, '),
        (Quirk.NUMBERS_AS_CODES, "/services/001.json", '{"key": 123, '),
        (Quirk.NUMBERS_AS_CODES, "/requests.json", f'"service_request_id": {FIRST}, '),
        (Quirk.TRUE_AS_TEXT, "/services.json", '"metadata": "true"'),
        (Quirk.WRAPPED, "/services.json", '{"services": [{'),
        (Quirk.WRAPPED, "/services/001.json", '{"service_definition": {'),
        (Quirk.WRAPPED, "/requests/7.json", '{"errors": [{"code": 404, '),
        (Quirk.SINGLE_OBJECT, "/services/praise.json", '"attributes": {"variable"'),
        (Quirk.MAY_NOT_BE_RETURNED, "/requests.json", '"status_notes": "May not be returned"'),
        (Quirk.MAY_NOT_BE_RETURNED, "/requests.xml", "<zipcode>May not be returned</zipcode>"),
        (Quirk.ERRORS_AS_HTML, "/requests/7.json", "<h1>Error 404</h1><p>service_request_id was not found.</p>"),
        (Quirk.ERRORS_AS_OBJECT, "/requests/7.xml", "\n<error><code>404</code>"),
        (Quirk.XML_ONLY, "/services.json", "Not Found"),
        (Quirk.JSON_ONLY, "/services.xml", "Not Found"),
        (Quirk.XML_ONLY, "/discovery.xml", "<formats><format>text/xml</format></formats>"),
        (Quirk.NO_ZONE, "/requests.json", '"requested_datetime": "2026-05-04T12:00:00"'),
    ],
)
async def test_a_quirk_shows_in_answers(quirk: Quirk, path: str, shows: str) -> None:
    town = town_with(quirk)
    async with calls(town) as client:
        await client.post("/requests.xml" if quirk is Quirk.XML_ONLY else "/requests.json", data=ANIMAL)
        assert shows in (await client.get(path)).text
    async with calls(town_with()) as by_the_book:
        await by_the_book.post("/requests.json", data=ANIMAL)
        assert shows not in (await by_the_book.get(path)).text


@pytest.mark.parametrize(
    ("quirk", "path"), [(Quirk.SINGLE_OBJECT, "/requests.json"), (Quirk.ERRORS_AS_OBJECT, "/requests/7.json")]
)
async def test_a_list_of_one_may_be_that_one(quirk: Quirk, path: str) -> None:
    for town, kind in ((town_with(quirk), dict), (town_with(), list)):
        async with calls(town) as client:
            await client.post("/requests.json", data=ANIMAL)
            assert type((await client.get(path)).json()) is kind


async def test_missing_fields_are_those_that_can_be_missed() -> None:
    async with calls(town_with(Quirk.MISSING_FIELDS)) as client:
        await client.post("/requests.json", data={"service_code": "animal", "address_string": "x"})
        (request,) = (await client.get("/requests.json")).json()
        service = (await client.get("/services.json")).json()[0]
    assert request.keys() == set(
        "service_request_id status service_name service_code requested_datetime address".split()
    )
    assert service.keys() == {"service_code", "service_name", "description", "metadata"}


async def test_chicago_demands_the_whole_place_and_lists_requests_that_have_no_number_yet() -> None:
    clock = Clock()
    town = town_with(Quirk.CHICAGO, clock=clock)
    async with calls(town) as client:
        refused = await client.post("/requests.json", data=ANIMAL | {"address_string": ""})
        assert (refused.status_code, refused.json()[0]["description"]) == (400, "address_string is required.")
        token = (await client.post("/requests.json", data=ANIMAL)).json()[0]["token"]
        assert (await client.get("/requests.json")).json()[0]["service_request_id"] is None
        assert (await client.get(f"/tokens/{token}.json")).json()[0]["service_request_id"] is None
        assert (await client.get(f"/requests/{FIRST}.json")).status_code == 404
        clock.now += timedelta(minutes=1)
        assert (await client.get("/requests.json")).json()[0]["service_request_id"] == FIRST
        assert (await client.get(f"/tokens/{token}.json")).json()[0]["service_request_id"] == FIRST


async def test_slow_tokens_take_minutes_and_are_in_no_list_meanwhile() -> None:
    clock = Clock()
    async with calls(town_with(Quirk.SLOW_TOKENS, clock=clock)) as client:
        form = {"service_code": "rodents", "address_string": "x"}
        token = (await client.post("/requests.json", data=form)).json()[0]["token"]
        clock.now += timedelta(minutes=9)
        assert (await client.get(f"/tokens/{token}.json")).json()[0]["service_request_id"] is None
        assert (await client.get("/requests.json")).json() == []
        clock.now += timedelta(minutes=1)
        assert (await client.get(f"/tokens/{token}.json")).json()[0]["service_request_id"] == FIRST


async def test_an_identical_request_is_a_duplicate_for_a_minute() -> None:
    clock = Clock()
    async with calls(town_with(Quirk.DUPLICATE_400, clock=clock)) as client:
        answers = [await client.post("/requests.json", data=form) for form in (ANIMAL, ANIMAL, ANIMAL | {"lat": "41"})]
        clock.now += timedelta(minutes=1)
        answers.append(await client.post("/requests.json", data=ANIMAL))
    assert [answer.status_code for answer in answers] == [200, 400, 200, 200]
    assert answers[1].json() == [{"code": 400, "description": "base is a duplicate"}]


async def test_an_email_is_demanded() -> None:
    async with calls(town_with(Quirk.EMAIL_DEMANDED)) as client:
        assert (await client.post("/requests.json", data=ANIMAL)).json()[0]["description"] == "email is required."
        assert (await client.post("/requests.json", data=ANIMAL | {"email": "a@b.example"})).status_code == 200


@pytest.mark.parametrize(
    ("quirk", "query", "shown"),
    [
        (Quirk.IGNORES_FILTERS, {"service_code": "001", "status": "closed"}, 25),
        (Quirk.NO_COMMA_LISTS, {"service_request_id": f"{FIRST},{FIRST_NUMBER + 1}"}, 0),
        (Quirk.NO_COMMA_LISTS, {"service_request_id": FIRST}, 1),
        (Quirk.PAGES, {}, 20),
        (Quirk.PAGES, {"page": "2"}, 5),
        (Quirk.PAGES, {"page": "3"}, 0),
        (Quirk.PAGES, {"page": "2", "page_size": "10"}, 10),
    ],
)
async def test_lists_are_read_otherwise(quirk: Quirk, query: dict[str, str], shown: int) -> None:
    async with calls(town_with(quirk)) as client:
        for _ in range(25):
            await client.post("/requests.json", data=ANIMAL)
        assert len((await client.get("/requests.json", params=query)).json()) == shown


async def test_lists_may_lack_descriptions_that_single_requests_have() -> None:
    async with calls(town_with(Quirk.NO_DESCRIPTIONS)) as client:
        await client.post("/requests.json", data=ANIMAL)
        assert "description" not in (await client.get("/requests.json")).json()[0]
        assert (await client.get(f"/requests/{FIRST}.json")).json()[0]["description"] == "A fox."


async def test_an_id_may_be_an_object() -> None:
    async with calls(town_with(Quirk.OBJECT_AS_ID)) as client:
        granted = (await client.post("/requests.json", data=ANIMAL)).json()
    assert isinstance(granted[0]["service_request_id"], dict)


async def test_latin_1_is_neither_utf_8_nor_said() -> None:
    async with calls(town_with(Quirk.LATIN_1)) as client:
        await client.post("/requests.json", data=ANIMAL)
        in_json, in_xml = await client.get("/requests.json"), await client.get("/requests.xml")
    assert json.loads(in_json.content.decode("latin-1"))[0]["address"] == "12 Çınar"
    assert "<address>12 Ç&#305;nar</address>".encode("latin-1") in in_xml.content
    assert b"encoding" not in in_xml.content


async def test_addresses_end_with_a_slash_after_a_redirect() -> None:
    async with calls(town_with(Quirk.TRAILING_SLASH)) as client:
        redirect = await client.get("/requests.json?status=open")
        assert (redirect.status_code, redirect.headers["location"]) == (301, f"{BASE}/requests.json/?status=open")
        assert (await client.get("/requests.json/?status=open")).json() == []
        assert (await client.post("/requests.json/", data=ANIMAL)).status_code == 200


async def test_quirks_combine() -> None:
    async with calls(town_with(Quirk.WRAPPED, Quirk.SINGLE_OBJECT, Quirk.NUMBERS_AS_CODES)) as client:
        granted = (await client.post("/requests.json", data=ANIMAL)).json()
    assert granted["service_requests"]["service_request_id"] == FIRST_NUMBER


def fates(plan: FaultPlan, count: int, method: str = "POST") -> list[Fate]:
    told = Fates(plan)
    return [told.next(method, NOW) for _ in range(count)]


def test_faults_strike_as_often_as_planned_and_the_same_way_for_a_seed() -> None:
    plan = FaultPlan(seed=1, errors=0.2, lost=0.1, truncated=0.05)
    struck = fates(plan, 1000)
    assert sum(fate.status is not None for fate in struck) == pytest.approx(200, abs=40)
    assert sum(fate.lost for fate in struck) == pytest.approx(100, abs=30)
    assert sum(fate.truncated for fate in struck) == pytest.approx(50, abs=25)
    assert Counter(fate.status for fate in struck).keys() == {None, 500, 502, 503}
    assert fates(plan, 1000) == struck
    assert fates(FaultPlan(seed=2, errors=0.2, lost=0.1), 1000) != struck


def test_looking_more_often_does_not_change_what_becomes_of_reports() -> None:
    told = Fates(FaultPlan(seed=1, errors=0.5))
    mixed = []
    for _ in range(50):
        told.next("GET", NOW)
        mixed.append(told.next("POST", NOW))
    assert mixed == fates(FaultPlan(seed=1, errors=0.5), 50)


def test_a_plan_may_strike_reports_alone() -> None:
    plan = FaultPlan(errors=1.0, calls=("POST",))
    assert fates(plan, 3, "GET") == [Fate()] * 3
    assert None not in [fate.status for fate in fates(plan, 3)]


def test_an_outage_begins_and_ends_by_the_clock() -> None:
    told = Fates(FaultPlan(down=((NOW, NOW + timedelta(hours=1)),)))
    minutes = (-1, 0, 59, 60)
    assert [told.next("GET", NOW + timedelta(minutes=minute)).status for minute in minutes] == [None, 503, 503, None]


def test_a_limit_of_calls_says_when_to_come_back() -> None:
    told = Fates(FaultPlan(per_minute=2))
    seconds = (0, 20, 40, 61, 62)
    struck = [told.next("POST", NOW + timedelta(seconds=second)) for second in seconds]
    assert [fate.status for fate in struck] == [None, None, 429, None, 429]
    assert (struck[2].retry_after, struck[4].retry_after) == (20, 18)


@asynccontextmanager
async def served(town: FakeOpen311) -> AsyncIterator[httpx.AsyncClient]:
    """Over sockets: only there can a connection close."""
    async with serve(town) as url, httpx.AsyncClient(base_url=url + BASE) as client:
        yield client


async def test_a_lost_answer_is_a_closed_connection_after_the_report_was_kept(caplog: pytest.LogCaptureFixture) -> None:
    town = town_with(plan=FaultPlan(lost=1.0))
    async with served(town) as client:
        for _ in range(2):
            with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
                await client.post("/requests.json", data=ANIMAL)
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/requests.json")
    assert [post.status for post in town.posts] == [None, None]
    assert [one.service_request_id for one in town.received] == [FIRST, str(FIRST_NUMBER + 1)]
    assert not caplog.records


async def test_an_answer_may_break_off_in_the_middle() -> None:
    town = town_with(plan=FaultPlan(truncated=1.0))
    async with served(town) as client:
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
            await client.post("/requests.json", data=ANIMAL)
    assert len(town.received) == 1


async def test_an_error_comes_before_anything_is_kept() -> None:
    town = town_with(plan=FaultPlan(errors=1.0))
    async with served(town) as client:
        answers = [await client.post("/requests.json", data=ANIMAL) for _ in range(5)]
    assert {answer.status_code for answer in answers} <= {500, 502, 503}
    assert (town.received, len(town.posts)) == ([], 5)


async def test_a_slow_answer_takes_its_time() -> None:
    async with served(town_with(plan=FaultPlan(slow=1.0, delay=0.3))) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/services.json", timeout=0.1)
        assert (await client.get("/services.json")).status_code == 200
