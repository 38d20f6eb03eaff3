"""Posting to the register's server: what is kept, what is refused in which words, and what is only answered again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from register_server import CATALOGUE, KEY, LEAST, NOW, PATH, Server, descriptions, in_file
from sqlalchemy import Engine

from channels.simulators.serving import serve
from register.errors import Refusal
from register.posting import read_request
from store import requests
from store.engine import reading
from store.requests import ServiceRequest

FULL = {
    "service_code": "pothole",
    "lat": "40.712776",
    "long": "-074.005974",
    "address_string": "12 Oak Street",
    "attribute[size]": "l",
    "attribute[lane][]": ["bike", "car", "bike"],
    "attribute[depth]": "4.5",
    "attribute[since]": "2026-11-24T17:00:00-06:00",
    "attribute[sign]": "ZONE 5",
    "attribute[damage]": "Axle.\nAnd a tire.",
    "description": "Tief 🕳 – beim Tor",
    "media_url": "https://pictures.example/1.jpg",
    "email": "ana@example.org",
    "phone": "",
    "jurisdiction_id": "anything",
    "parameter_of_tomorrow": "x",
}
REF = "Ref: K7QX-2M9D-4HTR"


@pytest.fixture
def server(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Server]:
    with in_file(migrated_sqlite, tmp_path) as server:
        yield server


def kept(engine: Engine, number: str) -> ServiceRequest:
    with reading(engine) as conn:
        request = requests.get(conn, number)
    assert request is not None
    return request


def read(fields: dict[str, Any]) -> ServiceRequest:
    pairs = [(name, text) for name, value in fields.items() for text in (value if isinstance(value, list) else [value])]
    return read_request(tuple(pairs), CATALOGUE, now=NOW, new_id=lambda: "id-1")


@pytest.mark.parametrize("files", [None, [("nothing", ("", b""))]])
async def test_everything_that_was_posted_is_kept(engine: Engine, files: list[Any] | None) -> None:
    server = Server(engine)
    response = await server.post(FULL, files=files)
    assert response.status_code == 200, response.text
    assert kept(engine, response.json()[0]["service_request_id"]) == ServiceRequest(
        service_request_id="2026-000001",
        reference="none:id-1",
        service_code="pothole",
        description="Tief 🕳 – beim Tor",
        attributes={
            "size": "l",
            "lane": ["bike", "car"],
            "depth": 4.5,
            "since": "2026-11-24T17:00:00-06:00",
            "sign": "ZONE 5",
            "damage": "Axle.\nAnd a tire.",
        },
        address="12 Oak Street",
        lat=40.712776,
        long=-74.005974,
        media_url="https://pictures.example/1.jpg",
        requested_datetime=NOW,
        updated_datetime=NOW,
        contact={"email": "ana@example.org"},
    )


async def test_what_a_database_or_xml_cannot_hold_is_left_out(engine: Engine) -> None:
    server = Server(engine)
    number = await server.file(description="a\x00b\x1fc\ufffe", address_string="1\x00", email="\x01@")
    request = kept(engine, number)
    assert (request.description, request.address, request.contact) == ("abc", "1", {"email": "@"})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"service_code": ""}, "service_code is missing"),
        ({"service_code": "no-such"}, "no service no-such"),
        ({"lat": "", "long": ""}, "location is missing"),
        ({"lat": "", "long": "", "address_id": "7"}, "location is missing"),
        ({"long": ""}, "lat and long belong together"),
        ({"lat": "", "address_string": "12 Oak Street"}, "lat and long belong together"),
        ({"lat": "90.1"}, "lat is not a number of degrees"),
        ({"lat": "nan"}, "lat is not a number of degrees"),
        ({"lat": "4_0"}, "lat is not a number of degrees"),
        ({"lat": "٤٠"}, "lat is not a number of degrees"),
        ({"long": "-180.5"}, "long is not a number of degrees"),
        ({"description": "x" * 4001}, "description is longer than 4000"),
        ({"address_string": "x" * 501}, "address_string is longer than 500"),
        ({"email": "x" * 256}, "email is longer than 255"),
        ({"media_url": "javascript:alert(1)"}, "media_url is no link"),
        ({"media_url": "https://x.example/a b"}, "media_url is no link"),
        ({"media_url": "https://" + "x" * 2000}, "media_url is longer than 2000"),
    ],
)
def test_a_form_that_does_not_fit_is_refused(changes: dict[str, str], sentence: str) -> None:
    fields = {name: value for name, value in (LEAST | changes).items() if value}
    with pytest.raises(Refusal, match=sentence) as caught:
        read(fields)
    assert [problem.code for problem in caught.value.problems] == [400]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"attribute[size]": ""}, r"attribute\[size\] is missing; it is required: How big\?"),
        ({"attribute[size]": "huge"}, r"attribute\[size\] cannot be 'huge'; send one of these keys: s, l\."),
        ({"attribute[lane][]": ["car", "sky"]}, r"attribute\[lane\] cannot be 'sky'"),
        ({"attribute[depth]": "deep"}, r"attribute\[depth\] is not a number"),
        ({"attribute[depth]": "1e400"}, r"attribute\[depth\] is not a number"),
        ({"attribute[since]": "yesterday"}, r"attribute\[since\] is not a date"),
        ({"attribute[sign]": "x" * 4001}, r"attribute\[sign\] is longer"),
        ({"attribute[note]": "x"}, "no attribute note"),
        ({"attribute[color]": "red"}, "no attribute color"),
        # Required only after another answer.
        ({"attribute[size]": "l"}, r"attribute\[damage\] is missing"),
    ],
)
def test_an_answer_that_does_not_fit_its_question_is_refused(changes: dict[str, Any], sentence: str) -> None:
    fields = LEAST | {"service_code": "pothole", "attribute[size]": "s"} | changes
    with pytest.raises(Refusal, match=sentence) as caught:
        read({name: value for name, value in fields.items() if value})
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("fields", "attributes"),
    [
        ({"attribute[size]": "s"}, {"size": "s"}),
        ({"attribute[size]": ["l", "s"]}, {"size": "s"}),
        ({"attribute[size]": "s", "attribute[lane]": ["car", "bike"]}, {"size": "s", "lane": ["car", "bike"]}),
        ({"attribute[size]": "s", "attribute[lane][0]": "car"}, {"size": "s", "lane": ["car"]}),
        ({"attribute[size]": "s", "attribute[depth]": "-4"}, {"size": "s", "depth": -4}),
        ({"attribute[size]": "s", "attribute[since]": "2026-11-24"}, {"size": "s", "since": "2026-11-24T00:00:00"}),
        ({"attribute[size]": "s", "attributes": "x", "attribute": "y", "attribute[]": "z"}, {"size": "s"}),
    ],
)
def test_answers_are_read_however_lists_are_written(fields: dict[str, Any], attributes: dict[str, Any]) -> None:
    assert read(LEAST | {"service_code": "pothole"} | fields).attributes == attributes


async def test_everything_that_is_wrong_is_told_at_once(server: Server) -> None:
    response = await server.post(
        {"service_code": "pothole", "lat": "x", "attribute[size]": "x", "description": "x" * 4001}
    )
    assert response.status_code == 400
    assert len(descriptions(response)) == 4


@pytest.mark.parametrize("key", [None, "", "wrong", KEY + " x", KEY[:-1], "ключ"])
async def test_without_a_key_of_the_towns_nothing_is_taken(server: Server, key: str | None) -> None:
    response = await server.post(LEAST, key=key)
    assert (response.status_code, response.json()[0]["code"]) == (403, 403)
    assert "the town gives keys" in descriptions(response)[0]
    assert await server.numbers() == []


async def test_a_town_that_gave_no_key_takes_nothing_from_anybody(server: Server) -> None:
    closed = Server(server.engine, keys=())
    for key in (None, "", KEY):
        response = await closed.post(LEAST, key=key)
        assert response.status_code == 403
        assert "the town gives keys" in descriptions(response)[0]
    assert (await closed.get("requests.json")).status_code == 200


async def test_the_key_may_come_with_the_address(server: Server) -> None:
    response = await server.http.post(f"{PATH}/requests.json?api_key={KEY}", data=LEAST)
    assert response.status_code == 200
    assert (await server.http.post(f"{PATH}/requests.json?api_key=wrong", data=LEAST)).status_code == 403


async def test_a_request_whose_answer_was_lost_is_answered_again(engine: Engine) -> None:
    server = Server(engine)
    first = await server.file(description=f"A hole.\r\n{REF}")
    server.pass_time(days=1)
    assert await server.file(description=f"A hole.\n{REF}\n", service_code="noise") == first
    assert kept(engine, first).reference == "K7QX-2M9D-4HTR"
    assert kept(engine, first).description == "A hole."
    assert await server.file(description="A hole.\nRef: K7QX-2M9D-4HTX") != first
    assert await server.file(description="A hole.") != await server.file(description="A hole.")


async def test_one_reference_posted_many_times_at_once_is_one_request(engine: Engine) -> None:
    server = Server(engine)
    numbers = await asyncio.gather(*(server.file(description=f"A hole.\n{REF}") for _ in range(8)))
    assert len(set(numbers)) == 1
    assert await server.numbers() == numbers[:1]


@pytest.mark.parametrize(
    "description",
    [
        # Another program's own count would soon be somebody else's.
        "A hole.\nRef: 12",
        "A hole.\nRef: 2026-0001",
        f"{REF}\nA hole.",
        f"A hole, see {REF}",
        "A hole.\nref: k7qx-2m9d-4htr",
    ],
)
def test_what_is_no_reference_of_that_form_stays_with_the_words(description: str) -> None:
    request = read(LEAST | {"description": description})
    assert (request.description, request.reference) == (description, "none:id-1")


async def test_a_program_reads_its_words_as_it_sent_them(server: Server) -> None:
    words = ["A hole.", f"A hole.\n{REF}", REF, ""]
    numbers = [await server.file(description=text) for text in words]
    read = [(await server.get(f"requests/{number}.json", key=KEY)).json()[0]["description"] for number in numbers]
    # The third is the second one's reference, sent again.
    assert read == ["A hole.", f"A hole.\n{REF}", f"A hole.\n{REF}", None]


async def test_the_server_answers_over_the_network(server: Server) -> None:
    async with serve(server.app) as url, httpx.AsyncClient(base_url=url + PATH) as http:
        posted = await http.post("/requests.xml", data={**LEAST, "api_key": KEY})
        assert "<service_request_id>2026-000001</service_request_id>" in posted.text
        [request] = (await http.get("/requests/2026-000001.json")).json()
        assert request["status"] == "open"
        head = await http.head("/requests.json")
        assert (head.status_code, head.content) == (200, b"")
