"""The town's services and their questions, as their servers really write them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from backend_open311_town import POTHOLE
from hypothesis import given
from hypothesis import strategies as st

from actions.backends.open311.definitions import read_attributes, read_services
from actions.backends.open311.payload import read_payload
from actions.intake.services import read_service
from bot.errors import BackendUnavailable, ContentError

XML_SERVICES = b"""<?xml version="1.0" encoding="utf-8"?>
<services>
  <service>
    <service_code>001</service_code>
    <service_name>Cans left out 24x7</service_name>
    <description>Garbage or recycling cans that have been left out for more than 24 hours.</description>
    <metadata>true</metadata>
    <type>realtime</type>
    <keywords>lorem, ipsum, dolor</keywords>
    <group>sanitation</group>
  </service>
  <service><service_code>002</service_code><service_name>Construction plate shifted</service_name>
    <metadata>false</metadata><type>batch</type><keywords/><group>street</group></service>
</services>"""

XML_DEFINITION = b"""<?xml version="1.0" encoding="utf-8"?>
<service_definition>
  <service_code>DMV66</service_code>
  <attributes>
    <attribute>
      <variable>true</variable><code>WHISHETN</code><datatype>singlevaluelist</datatype><required>true</required>
      <datatype_description/><order>1</order><description>What is the ticket for?</description>
      <values><value><key>123</key><name>Parking</name></value><value><key>124</key><name>Speeding</name></value></values>
    </attribute>
  </attributes>
</service_definition>"""


def service(**fields: Any) -> dict[str, Any]:
    usual = {"service_code": "1", "service_name": "Pothole", "description": "", "group": "", "keywords": []}
    return {**usual, "type": "realtime", "metadata": False, **fields}


def test_the_list_of_the_standard_is_read() -> None:
    assert read_services(read_payload(XML_SERVICES)) == [
        service(
            service_code="001",
            service_name="Cans left out 24x7",
            description="Garbage or recycling cans that have been left out for more than 24 hours.",
            group="sanitation",
            keywords=["lorem", "ipsum", "dolor"],
            metadata=True,
        ),
        service(service_code="002", service_name="Construction plate shifted", group="street", type="batch"),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({}, {}),
        ({"service_code": 17}, {"service_code": "17"}),
        ({"service_code": " A/1 "}, {"service_code": "A/1"}),
        ({"metadata": "true"}, {"metadata": True}),
        ({"metadata": 1}, {"metadata": True}),
        ({"metadata": None}, {}),
        ({"type": "Blackbox"}, {"type": "blackbox"}),
        ({"type": "May not be returned"}, {"type": ""}),
        ({"type": None}, {"type": ""}),
        ({"keywords": ["road", " hole "]}, {"keywords": ["road", "hole"]}),
        ({"keywords": "road; hole,,road"}, {"keywords": ["road", "hole"]}),
        ({"keywords": {"keyword": ["road", "hole"]}}, {"keywords": ["road", "hole"]}),
        ({"keywords": None, "group": None, "description": None}, {}),
        ({"description": "<p>Holes &amp; cracks</p>\n"}, {"description": "Holes & cracks"}),
        ({"group": "May not be returned"}, {}),
        ({"unknown": {"deep": [1]}}, {}),
    ],
)
def test_a_service_is_read_however_it_is_written(written: dict[str, Any], read: dict[str, Any]) -> None:
    content = json.dumps([{"service_code": "1", "service_name": "Pothole", "type": "realtime", **written}]).encode()
    assert read_services(read_payload(content)) == [service(**read)]


def test_what_nobody_could_use_is_left_out_and_named(caplog: pytest.LogCaptureFixture) -> None:
    listed = [POTHOLE, {"service_code": "X7"}, {"service_name": "No code"}, {**POTHOLE, "service_name": "Twice"}, 5]
    assert [one["service_name"] for one in read_services(listed)] == ["Pothole"]
    assert [record.getMessage().split(" was")[0] for record in caplog.records] == [
        "Service X7",
        "Service ?",
        "Service 001",
    ]


def attribute(**fields: Any) -> dict[str, Any]:
    usual = {"code": "A", "variable": True, "required": False, "order": 1, "description": "Where?"}
    return {**usual, "datatype_description": "", "datatype": "string", "format": "", "values": [], **fields}


def test_the_definition_of_the_standard_is_read() -> None:
    assert read_attributes(read_payload(XML_DEFINITION)) == [
        attribute(
            code="WHISHETN",
            required=True,
            description="What is the ticket for?",
            datatype="singlevaluelist",
            values=[{"key": "123", "name": "Parking"}, {"key": "124", "name": "Speeding"}],
        )
    ]


def listed(**names: str) -> dict[str, Any]:
    """Return what a list of values makes of a question."""
    return {"datatype": "singlevaluelist", "values": [{"key": key, "name": name} for key, name in names.items()]}


AB = [{"key": "a", "name": "A"}, {"key": "b", "name": "B"}]
LISTED = listed(a="A", b="B")
YES_NO = listed(true="Yes", false="No")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({}, {}),
        ({"code": 12}, {"code": "12"}),
        ({"required": "true"}, {"required": True}),
        ({"required": "false"}, {}),
        ({"required": None, "variable": None}, {}),
        ({"variable": "false"}, {"variable": False}),
        ({"variable": False, "required": True}, {"variable": False}),
        ({"variable": "false", "code": None}, {"variable": False, "code": "note-1"}),
        ({"order": "3"}, {"order": 3}),
        ({"order": 2.0}, {"order": 2}),
        ({"order": "first"}, {}),
        ({"order": "1e999"}, {}),
        ({"description": None}, {"description": "A"}),
        ({"description": "<p>Where is it?</p>"}, {"description": "Where is it?"}),
        ({"datatype_description": "May not be returned"}, {}),
        ({"datatype": "String"}, {}),
        ({"datatype": "TEXT"}, {"datatype": "text"}),
        ({"datatype": "Number"}, {"datatype": "number"}),
        ({"datatype": "integer"}, {"datatype": "number"}),
        ({"datatype": "date"}, {"datatype": "datetime"}),
        ({"datatype": "DateTime"}, {"datatype": "datetime"}),
        ({"datatype": "date_time"}, {"datatype": "datetime"}),
        ({"datatype": "email"}, {"format": "email"}),
        ({"datatype": "phone"}, {"format": "phone"}),
        ({"datatype": "hologram"}, {}),
        ({"datatype": None}, {}),
        ({"datatype": "boolean"}, YES_NO),
        ({"datatype": "boolean", "values": AB}, LISTED),
        ({"datatype": "picklist", "values": AB}, LISTED),
        ({"datatype": "SingleValueList", "values": AB}, LISTED),
        ({"datatype": "hologram", "values": AB}, LISTED),
        ({"datatype": "multivaluelist", "values": AB}, {"datatype": "multivaluelist", "values": AB}),
        ({"datatype": "singlevaluelist"}, {}),
        ({"datatype": "multivaluelist", "values": []}, {}),
        ({"datatype": "singlevaluelist", "values": {"value": AB}}, LISTED),
        ({"datatype": "singlevaluelist", "values": [{"value": one} for one in AB]}, LISTED),
        ({"datatype": "singlevaluelist", "values": [*AB, {"key": "a", "name": "Again"}, {}, None]}, LISTED),
        ({"datatype": "singlevaluelist", "values": {"a": "A", "b": "B"}}, LISTED),
        ({"datatype": "singlevaluelist", "values": AB[0]}, listed(a="A")),
        ({"datatype": "list", "values": [{"key": "a"}, {"name": "B"}]}, listed(a="a", B="B")),
        ({"datatype": "list", "values": ["A", "B"]}, listed(A="A", B="B")),
        ({"datatype": "list", "values": {"value": ["A", "B"]}}, listed(A="A", B="B")),
        ({"datatype": "list", "values": {"value": "A"}}, listed(A="A")),
        ({"datatype": "list", "values": [{"key": 1, "name": 2}]}, listed(**{"1": "2"})),
        ({"datatype": "list", "values": [{"key": "none", "name": "None"}]}, listed(none="None")),
    ],
)
def test_a_question_is_read_however_it_is_written(written: dict[str, Any], read: dict[str, Any]) -> None:
    raw = {"code": "A", "datatype": "string", "variable": True, "description": "Where?", **written}
    tree = read_payload(json.dumps({"service_code": "1", "attributes": [raw]}).encode())
    assert read_attributes(tree) == [attribute(**read)]


QUESTION = {"code": "A", "datatype": "string", "variable": "true", "description": "Where?"}


@pytest.mark.parametrize(
    "tree",
    [
        {"service_code": "1", "attributes": [QUESTION]},
        {"service_code": "1", "attributes": {"attribute": QUESTION}},
        {"service_code": "1", "attributes": {"attribute": [QUESTION]}},
        {"service_code": "1", "attributes": [{"attribute": QUESTION}]},
        {"service_code": "1", "attributes": QUESTION},
        {"service_definition": {"service_code": "1", "attributes": [QUESTION]}},
        {"service_definition": {"attributes": {"attribute": QUESTION}}},
        [{"service_code": "1", "attributes": [QUESTION]}],
        [QUESTION],
        {"service_code": "1", "attributes": [QUESTION, QUESTION]},
        {"service_code": "1", "attributes": [QUESTION, {"description": "No code"}, {"variable": "false", "code": "B"}]},
    ],
)
def test_the_questions_are_found_however_they_are_wrapped(tree: Any) -> None:
    assert read_attributes(tree) == [attribute()]


@pytest.mark.parametrize(
    "tree", [None, [], {"service_definition": None}, {"service_code": "1"}, {"service_code": "1", "attributes": None}]
)
def test_a_definition_may_have_no_questions(tree: Any) -> None:
    assert read_attributes(tree) == []


@pytest.mark.parametrize("tree", [{}, [{"code": "404", "description": "not found"}]])
def test_what_is_no_definition_is_not_taken_for_one(tree: Any) -> None:
    with pytest.raises(BackendUnavailable, match="no service definition"):
        read_attributes(tree)


def test_a_question_that_must_and_cannot_be_answered_makes_the_service_unusable() -> None:
    with pytest.raises(ContentError, match="has no code"):
        read_attributes({"attributes": [{"description": "Where?", "required": "true"}, QUESTION]})


FIELDS = ("code", "datatype", "variable", "required", "order", "description", "values", "key", "name", "attributes")
TREES = st.recursive(
    st.none() | st.booleans() | st.text() | st.sampled_from(("1", "true", "false", "singlevaluelist", "text")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner),
    max_leaves=12,
)


@given(TREES)
def test_whatever_is_read_as_questions_can_be_asked(tree: Any) -> None:
    try:
        attributes = read_attributes({"service_code": "1", "attributes": tree})
    except (BackendUnavailable, ContentError):
        return
    read_service({"service_code": "1", "service_name": "Pothole", "attributes": attributes})


@given(TREES)
def test_any_tree_is_a_list_of_services_or_none(tree: Any) -> None:
    read_services(tree)
