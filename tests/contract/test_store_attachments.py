"""Pictures are known with their message, fetched once, and kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine

from bot.emergency import Emergencies
from bot.messages import Inbound
from bot.phrases import Phrases
from bot.ports import Desk, Limits, StoredPictures
from store import attachments, conversations, inbox
from store.attachments import Picture

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MMS = Inbound(
    channel="sms",
    provider_id="MM1",
    address="+1",
    text="look",
    attachments=("https://mms.example/1", "https://town.example/media/known"),
    received_at=NOW,
)


def desk_of(engine: Engine) -> Desk:
    calm = Emergencies((), re.compile("(?!)"))
    return Desk(engine, calm, Phrases({}), lambda: NOW, "https://town.example/media", Limits(100, 100))


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as conn:
        conversations.find_or_create(conn, "sms", "+1", now=NOW, new_id=lambda: "c1")
        attachments.expect(conn, "c1", "sms", {"p1": "https://mms.example/1"}, now=NOW)
        yield conn


def test_a_picture_is_claimed_once_and_again_when_nothing_is_heard(conn: Connection) -> None:
    assert attachments.any_due(conn, now=NOW)
    [claimed] = attachments.claim_due(conn, now=NOW, lease_for=MINUTE, limit=5)
    assert (claimed.id, claimed.channel, claimed.source, claimed.attempts) == ("p1", "sms", "https://mms.example/1", 0)
    assert attachments.claim_due(conn, now=NOW, lease_for=MINUTE, limit=5) == []
    assert len(attachments.claim_due(conn, now=NOW + MINUTE, lease_for=MINUTE, limit=5)) == 1


def test_what_was_kept_stays(conn: Connection) -> None:
    attachments.keep(conn, "p1", content_type="image/png", content=b"\x89PNG\0")
    attachments.fail(conn, "p1", error="late")
    assert attachments.get(conn, "p1") == Picture("kept", "image/png", b"\x89PNG\0")
    assert not attachments.any_due(conn, now=NOW + MINUTE)


def test_a_failure_counts_and_waits(conn: Connection) -> None:
    attachments.retry(conn, "p1", error="Unreachable", next_attempt_at=NOW + MINUTE)
    assert attachments.claim_due(conn, now=NOW, lease_for=MINUTE, limit=5) == []
    assert attachments.claim_due(conn, now=NOW + MINUTE, lease_for=MINUTE, limit=5)[0].attempts == 1
    attachments.fail(conn, "p1", error="gone")
    assert attachments.get(conn, "p1") == Picture("failed", None, None)
    assert attachments.get(conn, "p2") is None


async def test_a_message_brings_its_pictures_once_at_addresses_of_ours(engine: Engine) -> None:
    desk = desk_of(engine)
    await desk.accept(MMS)
    await desk.accept(MMS)
    pictures = StoredPictures(engine, lambda: NOW)
    [expected] = await pictures.claim(5)
    assert expected.source == "https://mms.example/1"
    with engine.begin() as conn:
        conversation_id = conversations.find_or_create(conn, "sms", "+1", now=NOW, new_id=str)
        waiting = inbox.head(conn, conversation_id)
    assert waiting is not None
    assert waiting.inbound.attachments == (
        f"https://town.example/media/{expected.id}",
        "https://town.example/media/known",
    )
    await pictures.keep(expected.id, "image/png", b"x")
    assert await pictures.look_up(expected.id) == Picture("kept", "image/png", b"x")


async def test_a_picture_of_the_web_chat_is_kept_at_once(engine: Engine) -> None:
    desk = desk_of(engine)
    url = await desk.keep_picture("web", "s1", "image/png", b"x")
    id = url.removeprefix("https://town.example/media/")
    assert len(id) >= 32
    assert await StoredPictures(engine, lambda: NOW).look_up(id) == Picture("kept", "image/png", b"x")
