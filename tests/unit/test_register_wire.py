"""What the register's server writes: the fields of the standard's published examples, in XML and in JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from register_server import JPEG, KEY, LEAST, NOW, PATH, PUBLIC, Server, in_file

from store import requests

#: The names of GeoReport v2: what a list has for entries, and an object for fields, in their order.
LISTS = {
    "endpoints": "endpoint",
    "formats": "format",
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
}
POSTED = "service_request_id service_notice account_id"
REQUEST = (
    "service_request_id status status_notes service_name service_code description agency_responsible service_notice "
    "requested_datetime updated_datetime expected_datetime address address_id zipcode lat long media_url"
)
ATTRIBUTE = "variable code datatype required datatype_description order description"
OBJECTS = {
    "discovery": ["changeset contact key_service endpoints"],
    "endpoint": ["specification url changeset type formats"],
    "service": ["service_code service_name description metadata type keywords group"],
    "service_definition": ["service_code attributes"],
    "attribute": [ATTRIBUTE, f"{ATTRIBUTE} values"],
    "value": ["key name"],
    "request": [POSTED, REQUEST],
    "error": ["code description"],
}


def from_json(name: str, value: Any) -> Any:
    """Return an answer with every value as text, after a look at its names and their order."""
    if name in LISTS:
        return [from_json(LISTS[name], entry) for entry in value]
    if name in OBJECTS:
        assert " ".join(value) in OBJECTS[name]
        return {field: from_json(field, entry) for field, entry in value.items()}
    if isinstance(value, float):
        return f"{value:.9f}".rstrip("0")
    return str(value).lower() if isinstance(value, bool) else None if value is None else str(value)


def from_xml(element: Element) -> Any:
    """Return the same of an answer in XML."""
    assert not element.attrib
    if element.tag in LISTS:
        assert {child.tag for child in element} <= {LISTS[element.tag]}
        return [from_xml(child) for child in element]
    if element.tag in OBJECTS:
        assert " ".join(child.tag for child in element) in OBJECTS[element.tag]
        return {child.tag: from_xml(child) for child in element}
    assert not len(element)
    return element.text


def same_in_both(root: str, xml: httpx.Response, json: httpx.Response) -> Any:
    """Check both forms of an answer against the standard and each other; return the one in JSON."""
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert json.headers["content-type"] == "application/json; charset=utf-8"
    assert xml.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<' + root.encode())
    assert xml.status_code == json.status_code
    tree = fromstring(xml.content)
    assert tree.tag == root
    assert from_xml(tree) == from_json(root, json.json())
    return json.json()


@pytest.fixture
def server(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Server]:
    with in_file(migrated_sqlite, tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def filled(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With one request that says everything, and one that says the least; only to be read."""
    with in_file(migrated_sqlite, tmp_path_factory.mktemp("filled")) as server:
        asyncio.run(fill(server))
        yield server


async def fill(server: Server) -> None:
    await server.post(
        {
            "service_code": "pothole",
            "lat": "40.000001",
            "long": "-0.00000123",
            "address_string": "12 Oak Street <rear> & yard",
            "attribute[size]": "s",
            "description": "“Tief” 🕳 <b>]]>&amp;\r\nbeim Tor\x0b\x00\nRef: K7QX-2M9D-4HTR",
            "email": "ana@example.org",
        },
        files=[("media", ("a.jpg", JPEG, "image/jpeg"))],
    )
    await server.file()
    with server.engine.begin() as conn:
        requests.set_status(conn, "2026-000001", status="closed", notes="Filled & rolled.", now=NOW)


@pytest.mark.parametrize(
    ("path", "root", "status"),
    [
        ("discovery", "discovery", 200),
        ("services", "services", 200),
        ("services/pothole", "service_definition", 200),
        ("services/noise", "service_definition", 200),
        ("requests", "service_requests", 200),
        ("requests/2026-000001", "service_requests", 200),
        ("services/no-such", "errors", 404),
        ("requests/no-such", "errors", 404),
        ("tokens/7", "errors", 404),
        ("no-such", "errors", 404),
    ],
)
@pytest.mark.parametrize("key", [None, KEY])
async def test_every_answer_has_the_standards_fields_in_their_order(
    filled: Server, path: str, root: str, status: int, key: str | None
) -> None:
    xml, json = [await filled.get(f"{path}.{format}", key=key) for format in ("xml", "json")]
    same_in_both(root, xml, json)
    assert json.status_code == status


@pytest.mark.parametrize("fields", [LEAST, {}, {"service_code": "pothole", "lat": "91"}])
async def test_an_answer_to_a_post_has_the_standards_fields_in_their_order(server: Server, fields: Any) -> None:
    xml, json = [
        await server.post({**fields, "description": "Ref: K7QX-2M9D-4HTR"}, format=format) for format in ("xml", "json")
    ]
    answer = same_in_both("service_requests" if fields == LEAST else "errors", xml, json)
    if fields == LEAST:
        assert answer == [{"service_request_id": "2026-000001", "service_notice": None, "account_id": None}]


async def test_discovery_says_where_the_register_is(server: Server) -> None:
    [endpoint] = (await server.get("discovery.json")).json()["endpoints"]
    assert endpoint == {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": PUBLIC + PATH,
        "changeset": endpoint["changeset"],
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    assert datetime.fromisoformat(endpoint["changeset"]).tzinfo


async def test_a_service_says_whether_it_has_questions(server: Server) -> None:
    pothole, noise = (await server.get("services.json")).json()
    assert pothole == {
        "service_code": "pothole",
        "service_name": "Pothole & <holes>",
        "description": "A hole in a street.",
        "metadata": True,
        "type": "realtime",
        "keywords": "hole, hueco",
        "group": "Streets",
    }
    assert (noise["metadata"], noise["keywords"], noise["group"], noise["description"]) == (False, None, None, None)


async def test_a_definition_has_every_question_and_none_required_that_may_not_be_asked(server: Server) -> None:
    attributes = {entry["code"]: entry for entry in (await server.get("services/pothole.json")).json()["attributes"]}
    assert list(attributes) == ["note", "size", "lane", "depth", "since", "sign", "damage"]
    assert attributes["size"] == {
        "variable": True,
        "code": "size",
        "datatype": "singlevaluelist",
        "required": True,
        "datatype_description": "Pick one.",
        "order": 2,
        "description": "How big?",
        "values": [{"key": "s", "name": "Small"}, {"key": "l", "name": "Large"}],
    }
    assert attributes["note"]["variable"] is False
    assert attributes["damage"]["required"] is False


async def test_a_request_is_told_in_full_to_who_holds_a_key(filled: Server) -> None:
    [request] = (await filled.get("requests/2026-000001.json", key=KEY)).json()
    assert {name: value for name, value in request.items() if value is not None} == {
        "service_request_id": "2026-000001",
        "status": "closed",
        "status_notes": "Filled & rolled.",
        "service_name": "Pothole & <holes>",
        "service_code": "pothole",
        "description": "“Tief” 🕳 <b>]]>&amp;\nbeim Tor\nRef: K7QX-2M9D-4HTR",
        "requested_datetime": "2026-11-25T12:00:00+00:00",
        "updated_datetime": "2026-11-25T12:00:00+00:00",
        "address": "12 Oak Street <rear> & yard",
        "lat": 40.000001,
        "long": -0.00000123,
        "media_url": f"{PUBLIC}{PATH}/media/id-1",
    }
    xml = await filled.get("requests/2026-000001.xml", key=KEY)
    assert "<long>-0.00000123</long>" in xml.text
    assert "🕳" in xml.text


async def test_a_request_of_a_service_that_is_gone_keeps_its_code_for_a_name(server: Server) -> None:
    with server.engine.begin() as conn:
        requests.file(
            conn,
            requests.ServiceRequest(
                service_request_id="1",
                reference="R1",
                service_code="gone",
                lat=1.0,
                long=2.0,
                requested_datetime=NOW,
                updated_datetime=NOW,
            ),
        )
    [request] = (await server.get("requests/1.json")).json()
    assert (request["service_name"], request["service_code"]) == ("gone", "gone")
