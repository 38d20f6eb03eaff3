"""Asking the register's server for requests: by numbers, dates, services, states, page by page; and who sees what."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from register_server import KEY, LEAST, NOW, PATH, PNG, Server, descriptions, in_file

from store import requests
from store.engine import open_engine

WORDS = {"description": "My neighbour Ana is ill.\nRef: K7QX-2M9D-4HTR"}
CONTACT = {
    "email": "ana@example.org",
    "phone": "+15555550199",
    "first_name": "Anamaria",
    "last_name": "Quillfeather",
    "device_id": "device-1",
    "account_id": "account-1",
}


@pytest.fixture
def server(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Server]:
    with in_file(migrated_sqlite, tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def filled(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Five requests, a day apart, the last one today; only to be read."""
    with in_file(migrated_sqlite, tmp_path_factory.mktemp("filled")) as server:
        asyncio.run(fill(server))
        yield server


async def fill(server: Server) -> None:
    server.pass_time(days=-4)
    for code, closed in [("noise", 0), ("pothole", 1), ("noise", 1), ("pothole", 0), ("noise", 0)]:
        number = await server.file(service_code=code, **({"attribute[size]": "s"} if code == "pothole" else {}))
        if closed:
            with server.engine.begin() as conn:
                requests.set_status(conn, number, status="closed", notes="", now=NOW)
        server.pass_time(days=1)
    server.time = NOW


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, "54321"),
        ({"service_code": "pothole"}, "42"),
        ({"service_code": "pothole, noise"}, "54321"),
        ({"service_code": "no-such"}, ""),
        ({"status": "open"}, "541"),
        ({"status": "Closed"}, "32"),
        ({"status": "open,closed"}, "54321"),
        ({"status": "closed", "service_code": "noise"}, "3"),
        ({"status": "", "service_code": "", "start_date": " "}, "54321"),
        ({"start_date": "2026-11-23T12:00:00Z"}, "543"),
        ({"end_date": "2026-11-23T12:00:00Z"}, "321"),
        ({"start_date": "2026-11-22T12:00:00+00:00", "end_date": "2026-11-23T12:00:00+00:00"}, "32"),
        ({"start_date": "2026-11-24T13:00:00+01:00"}, "54"),
        # A plus sign that was not escaped, a time without a zone, a day.
        ({"start_date": "2026-11-24T13:00:00 01:00"}, "54"),
        ({"start_date": "2026-11-24T12:00:00"}, "54"),
        ({"start_date": "2026-11-25"}, "5"),
        ({"start_date": "2026-01-01T00:00:00Z"}, ""),
        ({"page_size": "2"}, "54"),
        ({"page_size": "2", "page": "2"}, "32"),
        ({"page_size": "2", "page": "4"}, ""),
        ({"service_request_id": "2026-000002"}, "2"),
        ({"service_request_id": "2026-000001, 2026-000004,no-such,"}, "41"),
        # Numbers leave everything else without effect.
        ({"service_request_id": "2026-000001", "status": "closed", "start_date": "x", "page": "9"}, "1"),
        ({"extensions": "true", "parameter_of_tomorrow": "1"}, "54321"),
    ],
)
async def test_requests_are_asked_for_in_every_way_of_the_standard(
    filled: Server, params: dict[str, str], found: str
) -> None:
    assert await filled.numbers(**params) == [f"2026-00000{number}" for number in found]


async def test_without_dates_the_last_90_days_are_told(server: Server) -> None:
    old = await server.file()
    server.pass_time(days=90)
    assert await server.numbers() == [old]
    server.pass_time(seconds=1)
    assert await server.numbers() == []
    assert await server.numbers(service_request_id=old) == [old]


@pytest.mark.parametrize(
    ("params", "sentences"),
    [
        ({"start_date": "yesterday"}, ["start_date is not a date"]),
        ({"end_date": "2026-02-30T00:00:00Z"}, ["end_date is not a date"]),
        ({"start_date": "0001-01-01T00:00:00+14:00"}, ["start_date is not a date"]),
        ({"end_date": "9999-12-31T23:59:59-12:00"}, ["end_date is not a date"]),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"}, ["more than 90 days"]),
        ({"status": "opened"}, ["open or closed"]),
        ({"page": "0"}, ["page must be"]),
        ({"page": "٣"}, ["page must be"]),
        ({"page_size": "1001"}, ["page_size must be"]),
        ({"page": "99999999999999999999"}, ["page must be"]),
        (
            {"page": "x", "page_size": "-1", "status": "x", "start_date": "x"},
            ["start_date", "page", "page_size", "status"],
        ),
        ({"service_request_id": ",".join(map(str, range(1001)))}, ["more than 1000"]),
    ],
)
async def test_what_cannot_be_asked_is_told_all_at_once(
    server: Server, params: dict[str, str], sentences: list[str]
) -> None:
    response = await server.get("requests.json", **params)
    assert response.status_code == 400
    said = descriptions(response)
    assert len(said) == len(sentences)
    assert all(sentence in text for sentence, text in zip(sentences, said, strict=True))


@pytest.mark.parametrize(
    "path", ["requests.json", "requests.xml", "requests/2026-000001.json", "requests/2026-000001.xml"]
)
async def test_the_public_sees_no_words_no_answers_no_pictures_and_no_contact(server: Server, path: str) -> None:
    answers = {
        "service_code": "pothole",
        "attribute[size]": "l",
        "attribute[damage]": "Axle",
        "attribute[sign]": "Zone",
    }
    posted = await server.post(
        {**LEAST, **WORDS, **CONTACT, **answers, "address_string": "12 Oak Street"}, files=[("media", ("x", PNG))]
    )
    assert posted.status_code == 200, posted.text
    public, private = (await server.get(path)).text, (await server.get(path, key=KEY)).text
    seen_by_key = ["My neighbour Ana is ill.", "Ref: K7QX-2M9D-4HTR", "/media/id-1"]
    assert all(text in private for text in seen_by_key)
    assert not any(text in public for text in [*seen_by_key, "K7QX"])
    for secret in [*CONTACT.values(), "Axle", "Zone"]:
        assert secret not in public
        assert secret not in private
    assert all(text in public for text in ["12 Oak Street", "40.5", "pothole", "2026-000001"])


async def test_a_wrong_key_is_refused_where_a_key_matters_and_ignored_where_none_does(filled: Server) -> None:
    # To show a program its own request without its words would make it file the request again.
    for path in ("requests.json", "requests/2026-000001.json", "requests.json?service_request_id=2026-000001"):
        response = await filled.get(path, api_key="wrong")
        assert response.status_code == 403
        assert "api_key" in descriptions(response)[0]
    for path in ("discovery.json", "services.json", "services/pothole.json"):
        assert (await filled.get(path, api_key="wrong")).status_code == 200


async def test_what_a_key_shows_is_not_kept_by_caches(filled: Server) -> None:
    assert (await filled.get("requests.json", key=KEY)).headers["cache-control"] == "private, no-store"
    assert "cache-control" not in (await filled.get("requests.json")).headers


async def test_pages_of_others_may_read_but_not_post(server: Server) -> None:
    assert (await server.get("requests.json")).headers["access-control-allow-origin"] == "*"
    assert (await server.get("no-such.json")).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in (await server.post(LEAST)).headers
    preflight = await server.http.options(f"{PATH}/requests.json", headers={"Access-Control-Request-Method": "POST"})
    assert (preflight.status_code, preflight.headers["access-control-allow-methods"]) == (204, "GET, HEAD")


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("HEAD", "requests.json", 200, None),
        ("OPTIONS", "requests.json", 204, "GET, POST, HEAD, OPTIONS"),
        ("OPTIONS", "services.xml", 204, "GET, HEAD, OPTIONS"),
        ("DELETE", "requests.json", 405, "GET, POST, HEAD, OPTIONS"),
        ("POST", "services.xml", 405, "GET, HEAD, OPTIONS"),
        ("OPTIONS", "no-such.xml", 404, None),
    ],
)
async def test_other_methods_are_told_what_is_done_here(
    server: Server, method: str, path: str, status: int, allow: str | None
) -> None:
    response = await server.http.request(method, f"{PATH}/{path}")
    assert (response.status_code, response.headers.get("allow")) == (status, allow)


@pytest.mark.parametrize(
    "path", ["requests.txt", "requests", "services/pothole.html", "services.", "", "media", "a/b/c.xml"]
)
async def test_what_does_not_exist_is_404_in_xml(server: Server, path: str) -> None:
    response = await server.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    assert "<code>404</code>" in response.text


@pytest.mark.parametrize(
    "path", ["services.json", "services/pothole.json", "requests.json", "requests/2026-000001.json"]
)
async def test_another_towns_jurisdiction_is_404_and_ours_or_none_is_not(server: Server, path: str) -> None:
    server, any_town = Server(server.engine, jurisdiction_id="town.example"), server
    await server.file(jurisdiction_id="town.example")
    assert (await server.get(path)).status_code == 200
    assert (await server.get(path, jurisdiction_id="town.example")).status_code == 200
    assert (await server.get(path, jurisdiction_id="city.example")).status_code == 404
    assert (await server.post({**LEAST, "jurisdiction_id": "city.example"})).status_code == 404
    # A town that has not said its own takes any.
    assert (await any_town.get(path, jurisdiction_id="city.example")).status_code == 200


@pytest.mark.parametrize("id", ["%00", "%ff", "2026-000001%00", "a" * 3000, "%E2%80%AE", "..%2f.."])
@pytest.mark.parametrize("path", ["requests/{}.json", "services/{}.json", "requests.json?service_request_id={}"])
async def test_numbers_and_codes_of_nothing_are_no_error_of_ours(server: Server, path: str, id: str) -> None:
    response = await server.http.get(f"{PATH}/{path.format(id)}")
    assert response.status_code in (200, 404)


async def test_a_database_that_fails_is_503_in_the_standards_words(tmp_path: Any) -> None:
    server = Server(open_engine(f"sqlite:///{tmp_path}/empty.db"))
    for response in (await server.get("requests.json"), await server.post(LEAST)):
        assert (response.status_code, response.json()[0]["code"]) == (503, 503)
        assert "no such table" not in response.text
