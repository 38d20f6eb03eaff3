"""Answers as bytes: JSON and XML as towns really write them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.backends.open311.payload import exact, identifier, plain, read_payload, records, strings, truth
from bot.errors import BackendUnavailable

LATIN_XML = '<?xml version="1.0" encoding="iso-8859-1"?><name>Árbol caído</name>'


@pytest.mark.parametrize(
    ("content", "charset", "expected"),
    [
        (
            b'[{"code": 1, "share": 1.10, "on": true, "off": null}]',
            None,
            [{"code": "1", "share": "1.10", "on": True, "off": None}],
        ),
        # No JSON at all, and yet written by servers that print their codes.
        (b'[{"service_code": 001}, {"service_code": 007 }]', None, [{"service_code": "001"}, {"service_code": "007"}]),
        (
            b'{"code": 001, "text": "call 001, or \\"002\\", 003"}',
            None,
            {"code": "001", "text": 'call 001, or "002", 003'},
        ),
        (b'{"notes": "one\ntwo\x01"}', None, {"notes": "one\ntwo\x01"}),
        (b"", None, None),
        (b" \n", None, None),
        (b"\xef\xbb\xbf[]", None, []),
        ("[]".encode("utf-16"), None, []),
        ('["café"]'.encode(), "iso-8859-1", ["café"]),
        ('["café"]'.encode("latin-1"), "iso-8859-1", ["café"]),
        ('["café"]'.encode("latin-1"), None, ["café"]),
        ('["café"]'.encode("latin-1"), "no-such-charset", ["café"]),
        ('["“so”"]'.encode("cp1252"), None, ["“so”"]),
        (LATIN_XML.encode("latin-1"), None, {"name": "Árbol caído"}),
        (LATIN_XML.encode(), None, {"name": "Árbol caído"}),
        (b"\n<a><b>1</b></a>", None, {"a": {"b": "1"}}),
        (b"<a><b/><c> </c></a>", None, {"a": {"b": None, "c": None}}),
        (b"<a><b>1</b><b>2</b><c>3</c><b>4</b></a>", None, {"a": {"b": ["1", "2", "4"], "c": "3"}}),
        (b'<a xmlns="http://x/"><b>1</b></a>', None, {"a": {"b": "1"}}),
        (b"<a><b><![CDATA[<p>Hi</p>]]></b></a>", None, {"a": {"b": "<p>Hi</p>"}}),
        (b"<a><!-- none --><b>Say <i>where</i>.</b></a>", None, {"a": {"b": "Say where."}}),
        (b"<a>Parks & Rec&nbsp;R&amp;D &#233;&#1;</a>", None, {"a": "Parks & Rec&nbsp;R&D é"}),
        (b"<a>one\x0btwo</a>", None, {"a": "onetwo"}),
    ],
)
def test_what_is_meant_is_read(content: bytes, charset: str | None, expected: Any) -> None:
    assert read_payload(content, charset) == expected


BOMB = b'<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize(
    "content",
    [
        b"OK",
        b"{",
        b'{"a": 1',
        b"<a><b></a>",
        b"<!DOCTYPE html><html><body><p>Welcome</p></body></html>",
        b"<html><br></html>",
        BOMB,
        OUTSIDE,
        b"[" * 100_000,
        b"[" * 30 + b"]" * 30,
        b"<a>" * 5000 + b"</a>" * 5000,
        b"1" * 100_000 + b"x",
        b"\xff\xfe\x00",
    ],
)
def test_what_makes_no_sense_is_said_to_be_unreadable(content: bytes) -> None:
    with pytest.raises(BackendUnavailable, match="neither JSON nor XML"):
        read_payload(content)


@given(st.binary() | st.text().map(str.encode) | st.text().map(lambda text: f"<a>{text}</a>".encode()))
def test_random_bytes_are_read_or_called_unreadable(content: bytes) -> None:
    try:
        tree = read_payload(content, "utf-16")
    except BackendUnavailable:
        return
    json.dumps(tree)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ([{"code": "1"}, {"code": "2"}], ["1", "2"]),
        ({"code": "1", "name": "One"}, ["1"]),
        ({"services": [{"code": "1"}]}, ["1"]),
        ({"services": {"service": [{"code": "1"}, {"code": "2"}]}}, ["1", "2"]),
        ({"services": {"service": {"code": "1"}}}, ["1"]),
        ([{"service": {"code": "1"}}, {"service": {"code": "2"}}], ["1", "2"]),
        ({"services": [{"code": "1"}], "pages": "1"}, ["1"]),
        ({"data": [{"code": "1"}]}, ["1"]),
        ({"response": {"data": [{"code": "1"}]}}, ["1"]),
        ({"services": None}, []),
        ({"services": []}, []),
        ({"services": {"service": None}}, []),
        ({"service": "text"}, [None]),
        (["code", None, True, []], []),
        (None, []),
        ("code", []),
    ],
)
def test_records_are_found_however_they_are_wrapped(tree: Any, expected: list[str | None]) -> None:
    assert [record.get("code") for record in records(tree, "services", "service")] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Broken  lamp\r\n on\tMain St", "Broken lamp on Main St"),
        ("<p>One.</p><p>Two<br/>three</p>", "One. Two three"),
        ("<b>P</b>othole", "Pothole"),
        ("&lt;p&gt;Fish &amp;amp; chips&lt;/p&gt;", "Fish &amp; chips"),
        ("R&amp;D caf&eacute; &#8217;", "R&D café ’"),
        ("a < b > c, <3", "a < b > c, <3"),
        ("<script>alert(1)</script>Hello<!-- x --><style>p {}", "Hello"),
        ("bell\x07 half \ud83d", "bell half"),
        ("May not be returned", ""),
        ("null", ""),
        (None, ""),
        (True, ""),
        (["x"], ""),
        ("", ""),
    ],
)
def test_a_text_is_read_as_people_read_it(value: Any, expected: str) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" 001 ", "001"),
        ("SR/12-3", "SR/12-3"),
        ("A  B", "A  B"),
        ("null", ""),
        ("None", ""),
        ("May not be returned", ""),
        ("x" * 256, ""),
        ({"id": "5"}, ""),
        (None, ""),
        (True, ""),
    ],
)
def test_an_identifier_is_a_text_or_none(value: Any, expected: str) -> None:
    assert identifier(value) == expected


def test_a_key_keeps_what_an_identifier_would_lose() -> None:
    assert exact(" None ") == "None"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        ("true", True),
        ("TRUE", True),
        ("1", True),
        ("yes", True),
        (False, False),
        ("false", False),
        ("0", False),
        ("no", False),
    ],
)
@pytest.mark.parametrize("default", [True, False])
def test_a_boolean_is_read_however_it_is_written(value: Any, default: bool, expected: bool) -> None:
    assert truth(value, default=default) is expected


@pytest.mark.parametrize("value", [None, "", " ", {}])
@pytest.mark.parametrize("default", [True, False])
def test_a_boolean_that_is_missing_is_as_usual(value: Any, default: bool) -> None:
    assert truth(value, default=default) is default


def test_all_texts_of_a_tree_are_seen() -> None:
    assert list(strings({"a": ["x", {"b": "y"}, True, None], "c": "z"})) == ["x", "y", "z"]
