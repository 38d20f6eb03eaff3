"""What the store writes as JSON comes back equal, and what a newer version adds is passed over."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest

from bot.messages import Choice, Effect, HandOver, Inbound, Location, Outbound, Submit
from store import codec

INBOUND = Inbound(
    channel="sms", provider_id="SM1", address="+1", text="\x00 \u2028 🕳 é", received_at=datetime(2026, 3, 1, tzinfo=UTC)
)
FULL_INBOUND = Inbound(
    channel="web",
    provider_id="SM2",
    address="s1",
    text="",
    choice="c1",
    language="es-MX",
    location=Location(latitude=0.0, longitude=-0.1),
    attachments=("https://example.org/a", "https://example.org/b"),
    received_at=datetime(2026, 3, 1, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=-5))),
)
OUTBOUND = Outbound(id="m1", channel="sms", address="+1", text="ok")
FULL_OUTBOUND = Outbound(
    id="m2",
    channel="web",
    address="s1",
    text="?",
    choices=(Choice(id="a", title="A", payload="/a"), Choice(id="b", title="B")),
    attachments=("https://example.org/a",),
    language="es",
)


@pytest.mark.parametrize("inbound", [INBOUND, FULL_INBOUND])
def test_inbound_messages_come_back_equal(inbound: Inbound) -> None:
    assert codec.decode_inbound(json.loads(json.dumps(codec.encode_inbound(inbound)))) == inbound


@pytest.mark.parametrize("outbound", [OUTBOUND, FULL_OUTBOUND])
def test_outbound_messages_come_back_equal(outbound: Outbound) -> None:
    assert codec.decode_outbound(json.loads(json.dumps(codec.encode_outbound(outbound)))) == outbound


@pytest.mark.parametrize(
    "effect",
    [
        HandOver(reason="asked"),
        Submit(reference="R1", service_code="pothole"),
        Submit(
            reference="R2",
            service_code="noise",
            attributes=MappingProxyType({"when": ["night", "day"], "loud": 3}),
            description="d",
            address_string="Main St 1",
            location=Location(latitude=1.0, longitude=2.0),
            media_url="https://example.org/a",
            language="es",
        ),
    ],
)
def test_effects_come_back_equal(effect: Effect) -> None:
    assert codec.decode_effect(json.loads(json.dumps(codec.encode_effect(effect)))) == effect


def test_fields_of_a_newer_version_are_passed_over() -> None:
    newer = codec.encode_outbound(FULL_OUTBOUND)
    newer |= {"priority": 1, "choices": [choice | {"icon": "x"} for choice in newer["choices"]]}
    assert codec.decode_outbound(newer) == FULL_OUTBOUND
    assert codec.decode_inbound(codec.encode_inbound(FULL_INBOUND) | {"mood": "good"}) == FULL_INBOUND
