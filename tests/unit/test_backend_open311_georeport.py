"""GeoReport v2's answers about requests, tokens, errors and endpoints, as towns really write them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from backend_open311_town import NOW
from hypothesis import given
from hypothesis import strategies as st

from actions.backends.base import Accepted
from actions.backends.open311.georeport import (
    Offer,
    read_accepted,
    read_error_code,
    read_location,
    read_number,
    read_offers,
    read_reason,
    read_requests,
    read_status,
    read_time,
)
from actions.backends.open311.payload import read_payload
from bot.errors import BackendError
from bot.messages import Location

XML_ACCEPTED = b"""<?xml version="1.0" encoding="utf-8"?>
<service_requests><request><service_request_id>293944</service_request_id>
<service_notice>The City will inspect.</service_notice><account_id/></request></service_requests>"""


@pytest.mark.parametrize(
    ("content", "number", "token"),
    [
        (XML_ACCEPTED, "293944", None),
        (b"<service_requests><request><token>12345</token></request></service_requests>", None, "12345"),
        (b'[{"service_request_id": 293944}]', "293944", None),
        (b'[{"service_request_id": "SR-1", "token": null}]', "SR-1", None),
        (b'{"service_request_id": 007}', "007", None),
        (b'{"service_requests": [{"service_request_id": "5"}]}', "5", None),
        (b'{"service_requests": {"request": {"service_request_id": "5"}}}', "5", None),
        (b'{"request": {"service_request_id": "5"}}', "5", None),
        (b'{"token": "t1"}', None, "t1"),
        (b'[{"token": 17, "service_request_id": ""}]', None, "17"),
        (b'[{"service_request_id": {"id": 5}}]', None, None),
        (b'[{"service_request_id": {"id": 5}, "token": "t1"}]', None, "t1"),
        (b'[{"service_request_id": "null"}]', None, None),
        (b'[{"service_request_id": true}]', None, None),
        (b'[{}, {"service_request_id": "5"}]', "5", None),
        (b"[]", None, None),
        (b"{}", None, None),
        (b"", None, None),
        (b'[{"service_request_id": "' + b"9" * 65 + b'"}]', None, None),
    ],
)
def test_a_number_or_a_token_is_read(content: bytes, number: str | None, token: str | None) -> None:
    accepted = read_accepted(read_payload(content))
    assert (accepted.service_request_id, accepted.token) == (number, token)
    assert read_number(read_payload(content)) == number


def test_what_the_town_wants_known_comes_along_as_plain_text() -> None:
    assert read_accepted([{"service_request_id": "5", "service_notice": "<p>Thanks &amp; bye</p>"}]) == Accepted(
        service_request_id="5", service_notice="Thanks & bye"
    )


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("open", "open"),
        ("OPEN", "open"),
        ("In Progress", "open"),
        ("in_progress", "open"),
        ("REOPEN", "open"),
        ("on hold", "open"),
        ("", "open"),
        (None, "open"),
        ("closed", "closed"),
        (" Closed ", "closed"),
        ("FIXED", "closed"),
        ("Fixed - Council", "closed"),
        ("resolved", "closed"),
        ("NO_FURTHER_ACTION", "closed"),
        ("No further action", "closed"),
        ("Duplicate", "closed"),
    ],
)
def test_a_status_is_open_or_closed(written: str | None, status: str) -> None:
    assert read_status({"status": written}, NOW).status == status


def test_a_status_says_when_and_why() -> None:
    request = {
        "status": "closed",
        "status_notes": "<b>Filled</b> on Monday.",
        "updated_datetime": "2026-05-01T08:00:00-06:00",
        "expected_datetime": "2026-05-09",
        "agency_responsible": "Streets & Roads",
    }
    read = read_status(request, NOW)
    assert (read.status_notes, read.agency_responsible) == ("Filled on Monday.", "Streets & Roads")
    assert read.updated_datetime == datetime(2026, 5, 1, 14, tzinfo=UTC)
    assert read.expected_datetime == datetime(2026, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("request_", "updated"),
    [
        ({"updated_datetime": None, "requested_datetime": "2026-04-01T00:00:00Z"}, datetime(2026, 4, 1, tzinfo=UTC)),
        ({"updated_datetime": "soon"}, NOW),
        ({}, NOW),
    ],
)
def test_a_status_without_a_time_is_as_of_now(request_: dict[str, Any], updated: datetime) -> None:
    assert read_status(request_, NOW).updated_datetime == updated


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2010-04-14T06:37:38-08:00", datetime(2010, 4, 14, 14, 37, 38, tzinfo=UTC)),
        ("2010-04-14T06:37:38Z", datetime(2010, 4, 14, 6, 37, 38, tzinfo=UTC)),
        ("2010-04-14T06:37:38.123+0000", datetime(2010, 4, 14, 6, 37, 38, 123000, tzinfo=UTC)),
        ("2010-04-14T06:37:38", datetime(2010, 4, 14, 6, 37, 38, tzinfo=UTC)),
        (" 2010-04-14 06:37 ", datetime(2010, 4, 14, 6, 37, tzinfo=UTC)),
        ("04/14/2010 6:37 AM", datetime(2010, 4, 14, 6, 37, tzinfo=UTC)),
        ("Wed, 14 Apr 2010 06:37:38 GMT", datetime(2010, 4, 14, 6, 37, 38, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("0000-00-00 00:00:00", None),
        ("yesterday", None),
        ("5", None),
        ("May not be returned", None),
        ("", None),
        (None, None),
        ({}, None),
    ],
)
def test_a_time_is_read_in_any_spelling_or_not_at_all(written: Any, read: datetime | None) -> None:
    assert read_time(written, NOW) == read


def test_a_time_without_a_zone_is_in_the_towns() -> None:
    chicago = timezone(timedelta(hours=-5))
    assert read_time("2026-05-01T08:00:00", NOW.astimezone(chicago)) == datetime(2026, 5, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lat", "long", "expected"),
    [
        ("41.88", "-87.63", Location(latitude=41.88, longitude=-87.63)),
        (None, "-87.63", None),
        ("", "", None),
        ("91", "0", None),
        ("nan", "inf", None),
        ("here", "there", None),
    ],
)
def test_a_place_is_read_if_it_is_on_earth(lat: str | None, long: str | None, expected: Location | None) -> None:
    assert read_location({"lat": lat, "long": long}) == expected


XML_ERROR = b"<errors><error><code>403</code><description>Invalid api_key.</description></error></errors>"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'[{"code": 400, "description": "lat is required"}]', "lat is required"),
        (b'[{"code": 400, "description": "One."}, {"code": 400, "description": "Two."}]', "One.; Two."),
        (b'{"code": 400, "description": "lat is required"}', "lat is required"),
        (b'{"errors": [{"code": 400, "description": "lat is required"}]}', "lat is required"),
        (b'{"errors": ["One.", "Two.", "One."]}', "One.; Two."),
        (b'{"error": "No."}', "No."),
        (b'{"error": {"code": 1, "message": "No."}}', "No."),
        (b'{"errors": {"base": ["is a duplicate"]}}', "base is a duplicate"),
        (b'{"lat": ["can\'t be blank"]}', "lat can't be blank"),
        (XML_ERROR, "Invalid api_key."),
        (b"<errors><error><code>400</code><description>&lt;b&gt;No&lt;/b&gt;</description></error></errors>", "No"),
        (b"<html><head><title>400</title></head><body><h1>Bad</h1><p>No lat.</p></body></html>", "Bad No lat."),
        (b"lat is required", "lat is required"),
        (b"", ""),
        (b'[{"code": 400, "description": null}]', ""),
        (b"[" * 3000, "[" * 197 + "..."),
        (b'["' + b"no " * 100 + b'"]', "no " * 65 + "no..."),
    ],
)
def test_a_reason_is_read_from_whatever_says_it(content: bytes, reason: str) -> None:
    assert read_reason(content) == reason


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (XML_ERROR, 403),
        (b'[{"code": "400", "description": "No."}]', 400),
        (b'{"errors": [{"code": 500, "message": "No."}]}', 500),
        (b'[{"code": 200, "description": "Yes."}]', None),
        (b'[{"code": 400}]', None),
        (b'[{"service_request_id": "400", "description": "x"}]', None),
        (b"[]", None),
    ],
)
def test_an_error_is_known_by_its_code_and_its_words(content: bytes, code: int | None) -> None:
    assert read_error_code(read_payload(content)) == code


XML_DISCOVERY = b"""<?xml version="1.0" encoding="utf-8"?>
<discovery xmlns="http://open311.org/discovery"><changeset>2011-04-05T17:48:34Z</changeset><endpoints>
<endpoint><specification>http://wiki.open311.org/GeoReport_v2</specification><url>https://t.example/test/</url>
<type>test</type><formats><format>text/xml</format></formats></endpoint>
<endpoint><specification>http://wiki.open311.org/GeoReport_v1</specification><url>https://t.example/v1</url>
<type>production</type><formats><format>text/xml</format></formats></endpoint>
<endpoint><specification>http://wiki.open311.org/GeoReport_v2</specification><url>https://t.example/v2</url>
<type>production</type><formats><format>text/xml</format><format>application/json</format></formats></endpoint>
</endpoints></discovery>"""
OFFER = {"specification": "GeoReport v2", "url": "/v2", "type": "Production", "formats": ["text/xml"]}


@pytest.mark.parametrize(
    ("content", "offers"),
    [
        (XML_DISCOVERY, [Offer("https://t.example/v2", ("json", "xml")), Offer("https://t.example/test", ("xml",))]),
        (json.dumps({"endpoints": [OFFER]}).encode(), [Offer("/v2", ("xml",))]),
        (json.dumps({"discovery": {"endpoints": [{"endpoint": OFFER}]}}).encode(), [Offer("/v2", ("xml",))]),
        (json.dumps({"endpoints": [{**OFFER, "formats": None}]}).encode(), [Offer("/v2", ("json", "xml"))]),
        (json.dumps({"endpoints": [{**OFFER, "url": None}, {**OFFER, "specification": "Inquiry v1"}]}).encode(), []),
        (b"[]", []),
    ],
)
def test_endpoints_are_offered_with_those_in_production_first(content: bytes, offers: list[Offer]) -> None:
    assert read_offers(read_payload(content)) == offers


def _read_everything(content: bytes) -> None:
    read_reason(content)
    tree = read_payload(content)
    read_accepted(tree)
    read_number(tree)
    read_error_code(tree)
    read_offers(tree)
    for request in read_requests(tree):
        read_status(request, NOW)
        read_location(request)


NAMES = st.sampled_from(
    "service_requests request service_request_id token status updated_datetime lat long errors error code description "
    "discovery endpoints endpoint specification url formats".split()
)
WORDS = st.text() | st.sampled_from(
    ("GeoReport v2", "http://[", "2026-05-01T00:00", "9999-12-31T23:59:59-14:00", "400")
)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


@given(st.binary() | TREES.map(lambda tree: json.dumps(tree).encode()))
def test_reading_raises_nothing_but_that_it_cannot_be_read(content: bytes) -> None:
    try:
        _read_everything(content)
    except BackendError:
        pass


@given(st.text(alphabet="0123456789-:/. TZ+APMapm", max_size=40) | st.datetimes().map(str) | st.text(max_size=40))
def test_any_text_is_a_time_or_none(written: str) -> None:
    read = read_time(written, NOW)
    assert read is None or read.tzinfo is not None
