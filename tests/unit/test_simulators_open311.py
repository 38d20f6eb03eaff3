"""The simulated town keeps to GeoReport v2: what it answers is checked without our client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from actions.simulators.catalogue import BUILT_IN, DATATYPES, TYPES, read_catalogue
from actions.simulators.open311 import BASE, FIRST_NUMBER, FakeOpen311
from bot.errors import ContentError

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
FIRST = str(FIRST_NUMBER)
HOLE = {
    "service_code": "001",
    "lat": "41.88",
    "long": "-87.63",
    "description": "Deep.\nÇukur, حفرة",
    "attribute[SIZE]": "124",
    "attribute[LANE][]": ["bike", "walk"],
    "media_url": "https://media.example/1",
}
ANIMAL = {"service_code": "animal", "address_string": "12 Oak Street"}
LIGHT = {"service_code": "002", "address_string": "x", "attribute[POLE]": "7", "attribute[FAULT]": "dark"}


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


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def town(clock: Clock) -> FakeOpen311:
    return FakeOpen311(clock)


def test_the_catalogue_has_everything_that_a_town_may_ask() -> None:
    services = read_catalogue().values()
    attributes = [attribute for service in services for attribute in service.attributes]
    assert {service.type for service in services} == set(TYPES)
    assert {attribute.datatype for attribute in attributes} == set(DATATYPES)
    assert {attribute.variable for attribute in attributes} == {attribute.required for attribute in attributes}
    assert max(len(attribute.values) for attribute in attributes) == 25
    assert {service.metadata for service in services} == {True, False}
    assert all(service.group and service.keywords and service.description for service in services)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "add one"),
        ("services: 7", "no catalogue"),
        ("- {service_code: a}", "service_name"),
        ("- {service_code: a, service_name: A, type: slow}", "'slow' is none of"),
        ("- {service_code: a, service_name: A, attributes: [{code: B, description: C, datatype: date}]}", "'date'"),
        (":\n-", "no catalogue"),
    ],
)
def test_a_catalogue_that_is_none_is_told_so(tmp_path: Any, text: str, says: str) -> None:
    (tmp_path / "town.yml").write_text(text)
    with pytest.raises(ContentError, match=says):
        read_catalogue(tmp_path / "town.yml")


def test_a_catalogue_may_be_json(tmp_path: Any) -> None:
    (tmp_path / "town.json").write_text('{"services": [{"service_code": "001", "service_name": "Bins"}]}')
    assert list(read_catalogue(tmp_path / "town.json")) == ["001"]
    with pytest.raises(ContentError, match="give another file"):
        read_catalogue(BUILT_IN.with_name("no.yml"))


async def test_services_and_definitions_have_the_standards_fields_in_its_order(town: FakeOpen311) -> None:
    async with calls(town) as client:
        services = (await client.get("/services.json")).json()
        definition = (await client.get("/services/001.json")).json()
        in_xml = ElementTree.fromstring((await client.get("/services/001.xml")).content)  # noqa: S314 - our own
    assert list(services[0]) == "service_code service_name description metadata type keywords group".split()
    assert services[0] | {"description": ""} == {
        "service_code": "001",
        "service_name": "Pothole",
        "description": "",
        "metadata": True,
        "type": "realtime",
        "keywords": "hole, road, asphalt",
        "group": "Streets",
    }
    assert list(definition) == ["service_code", "attributes"]
    size = definition["attributes"][1]
    assert list(size) == "variable code datatype required datatype_description order description values".split()
    assert (size["variable"], size["required"], size["order"]) == (True, True, 2)
    assert size["values"][0] == {"key": "123", "name": "Like a plate"}
    assert in_xml.tag == "service_definition"
    assert in_xml.findtext("attributes/attribute[2]/values/value[1]/key") == "123"
    assert in_xml.findtext("attributes/attribute[1]/variable") == "false"


async def test_discovery_names_the_endpoint_where_it_is(town: FakeOpen311) -> None:
    async with calls(town) as client:
        found = (await client.get("/discovery.json")).json()
        site = ElementTree.fromstring(  # noqa: S314 - our own
            (await client.get("http://town.example/discovery.xml")).content
        )
    assert list(found) == ["changeset", "contact", "key_service", "endpoints"]
    assert found["endpoints"][0]["url"] == str(client.base_url).rstrip("/")
    assert found["endpoints"][0]["formats"] == ["application/json", "text/xml"]
    assert [format.text for format in site.iterfind("endpoints/endpoint/formats/format")] == [
        "application/json",
        "text/xml",
    ]


async def test_a_report_is_kept_whole_and_shown(town: FakeOpen311) -> None:
    async with calls(town) as client:
        granted = await client.post("/requests.json", data=HOLE)
        shown = (await client.get(f"/requests/{FIRST}.json")).json()
        in_xml = ElementTree.fromstring((await client.get("/requests.xml")).content)  # noqa: S314 - our own
    assert granted.json()[0].keys() == {"service_request_id", "service_notice", "account_id"}
    assert granted.json()[0]["service_request_id"] == FIRST
    (kept,) = town.received
    assert kept.form.attributes == {"SIZE": ("124",), "LANE": ("bike", "walk")}
    assert (kept.form.position, kept.form.get("description")) == ((41.88, -87.63), HOLE["description"])
    assert (
        list(shown[0])
        == (
            "service_request_id status status_notes service_name service_code description agency_responsible "
            "service_notice requested_datetime updated_datetime expected_datetime address address_id zipcode lat long "
            "media_url"
        ).split()
    )
    assert (shown[0]["status"], shown[0]["description"]) == ("open", HOLE["description"])
    assert shown[0]["requested_datetime"] == "2026-05-04T12:00:00+00:00"
    assert in_xml.findtext("request/description") == HOLE["description"]
    assert [(post.status, post.request) for post in town.posts] == [(200, kept)]


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"service_code": ""}, 400, ["service_code was not provided."]),
        ({"service_code": "999"}, 404, ["service_code was not found."]),
        ({"lat": ""}, 400, ["A location is required: lat and long, or address_string, or address_id."]),
        ({"lat": "95"}, 400, ["lat and long are no place on earth."]),
        ({"lat": "nan"}, 400, ["lat and long are no place on earth."]),
        ({"attribute[SIZE]": ""}, 400, ["attribute[SIZE] is required."]),
        ({"attribute[SIZE]": "7"}, 400, ["attribute[SIZE] is no valid singlevaluelist."]),
        ({"attribute[SIZE]": ["123", "124"]}, 400, ["attribute[SIZE] takes one value."]),
        ({"attribute[LANE][]": ["bike", "sea"]}, 400, ["attribute[LANE] is no valid multivaluelist."]),
        ({"attribute[DEPTH]": "deep"}, 400, ["attribute[DEPTH] is no valid number."]),
        ({"attribute[NOTE]": "x"}, 400, ["attribute[NOTE] does not belong to this service."]),
        ({"description": "x" * 4001}, 400, ["description is longer than 4000 characters."]),
        ({"description": "<b>x</b>"}, 400, ["description may not contain HTML."]),
        ({"lat": "", "attribute[SIZE]": ""}, 400, ["attribute[SIZE] is required.", "A location is required: "]),
    ],
)
@pytest.mark.parametrize("format", ["json", "xml"])
async def test_what_is_wrong_is_said_by_the_book(
    town: FakeOpen311, change: dict[str, Any], status: int, says: list[str], format: str
) -> None:
    async with calls(town) as client:
        answer = await client.post(f"/requests.{format}", data=HOLE | change)
    assert answer.status_code == status
    if format == "json":
        errors = [(error["code"], error["description"]) for error in answer.json()]
    else:
        root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
        assert root.tag == "errors"
        errors = [(int(str(one.findtext("code"))), str(one.findtext("description"))) for one in root.iterfind("error")]
    assert [code for code, _ in errors] == [status] * len(says)
    assert all(said.startswith(expected) for (_, said), expected in zip(errors, says, strict=True))
    assert town.received == []
    assert [post.status for post in town.posts] == [status]


@pytest.mark.parametrize(
    ("service", "answers", "status"),
    [
        ("tree", {"attribute[SEEN]": "2026-05-01T10:00:00+02:00", "attribute[STORY]": "a\nb"}, 200),
        ("tree", {"attribute[SEEN]": "yesterday"}, 400),
        ("002", {"attribute[POLE]": "a\nb", "attribute[FAULT]": "dark"}, 400),
    ],
)
async def test_answers_must_fit_their_data_type(
    town: FakeOpen311, service: str, answers: dict[str, str], status: int
) -> None:
    async with calls(town) as client:
        form = {"service_code": service, "address_string": "12 Oak", **answers}
        assert (await client.post("/requests.json", data=form)).status_code == status


@pytest.mark.parametrize(("key", "status"), [(None, 403), ("wrong", 403), ("k-1", 200)])
async def test_a_key_is_demanded_where_there_is_one(clock: Clock, key: str | None, status: int) -> None:
    async with calls(FakeOpen311(clock, api_key="k-1")) as client:
        answer = await client.post("/requests.json", data=ANIMAL | ({"api_key": key} if key else {}))
    assert answer.status_code == status
    assert [error["code"] for error in answer.json() if "code" in error] == ([403] if status == 403 else [])


async def test_a_batch_service_answers_a_token_that_becomes_a_number(town: FakeOpen311) -> None:
    async with calls(town) as client:
        granted = (await client.post("/requests.json", data=LIGHT)).json()[0]
        number = (await client.get(f"/tokens/{granted['token']}.json")).json()
        assert (await client.get("/tokens/t-9.json")).status_code == 404
    assert "service_request_id" not in granted
    assert number == [{"service_request_id": FIRST, "token": granted["token"]}]


async def test_a_black_box_gives_nothing_back(town: FakeOpen311) -> None:
    async with calls(town) as client:
        granted = (await client.post("/requests.json", data={"service_code": "praise", "address_string": "x"})).json()
        assert granted[0].keys() == {"service_notice", "account_id"}
        assert (await client.get("/requests.json")).json() == []
        assert (await client.get(f"/requests/{FIRST}.json")).status_code == 404
    assert len(town.received) == 1


async def test_lists_are_filtered_and_newest_first(town: FakeOpen311, clock: Clock) -> None:
    async with calls(town) as client:
        for form in (ANIMAL, HOLE, ANIMAL):
            await client.post("/requests.json", data=form)
            clock.now += timedelta(days=30)
        town.set_status(str(FIRST_NUMBER + 1), "closed", "Filled.")

        async def listed(**query: str) -> list[int]:
            answer = (await client.get("/requests.json", params=query)).json()
            return [int(one["service_request_id"]) - FIRST_NUMBER for one in answer]

        clock.now -= timedelta(days=1)  # The first is 89 days old.
        assert await listed() == [2, 1, 0]
        assert await listed(service_code="animal") == [2, 0]
        assert await listed(service_code="001,animal", status="closed") == [1]
        assert await listed(service_request_id=f"{FIRST},{FIRST_NUMBER + 1}", service_code="002") == [1, 0]
        assert await listed(start_date="2026-06-01T00:00:00Z", end_date="2026-06-30T00:00:00Z") == [1]
        clock.now += timedelta(days=2)
        assert await listed() == [2, 1]
        assert (await client.get("/requests.json", params={"start_date": "May"})).status_code == 400
        span = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}
        assert (await client.get("/requests.json", params=span)).status_code == 400


async def test_staff_close_a_request_on_the_page_which_shows_words_as_words(town: FakeOpen311) -> None:
    async with calls(town) as client:
        await client.post("/requests.json", data=ANIMAL | {"address_string": "<script>alert(1)</script>"})
        site = "http://town.example"
        closed = await client.post(f"{site}/staff/{FIRST}", data={"status": "closed", "notes": "Taken <away>"})
        page = (await client.get(f"{site}/")).text
        shown = (await client.get(f"/requests/{FIRST}.json")).json()[0]
        assert (await client.post(f"{site}/staff/7", data={"status": "closed"})).status_code == 404
    assert closed.status_code == 303
    assert (shown["status"], shown["status_notes"]) == ("closed", "Taken <away>")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page
    with pytest.raises(KeyError):
        town.set_status("7", "closed")
