"""Long answers by SMS through the worker, and messages that nobody can read."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from town import CITIZEN, Town

from bot.messages import Choice, Outbound
from bot.paging import page
from bot.segments import segments
from store import outbox, tables, tracker_events


@pytest.fixture
def town(quick_town: Town) -> Town:
    return quick_town


LONG = "The office on Oak Street is open on every day of the week. " * 14


@pytest.mark.parametrize("wish", ["1", "more", "one please"])
async def test_a_long_sms_comes_in_parts_and_ends_with_what_it_offered(town: Town, wish: str) -> None:
    await town.say("hello")
    with town.engine.begin() as conn:
        conversation_id = conn.scalars(select(tables.conversations.c.id)).one()
        whole = Outbound(
            id="whole",
            channel="sms",
            address=CITIZEN,
            text=LONG,
            choices=(Choice(id="a", title="Bin days", payload="/faq/bin_days"),),
        )
        outbox.add(conn, conversation_id, page(whole, "More", lambda: "more"), inbox_id=None, now=town.clock())
        before = len(tracker_events.load(conn, conversation_id))
    (first,) = town.read()
    assert segments(first).count <= 3
    said = [first]
    while [choice.payload for choice in town.choices()] == ["/more"]:
        said.append(await town.say(wish))
    assert len(said) > 1
    assert " ".join(" ".join(said).split()) == " ".join(LONG.split())
    assert [choice.title for choice in town.choices()] == ["Bin days"]
    with town.engine.begin() as conn:
        assert len(tracker_events.load(conn, conversation_id)) == before


async def test_what_cannot_be_read_is_said_so(town: Town) -> None:
    await town.say("hello", channel="telegram")
    assert "not this" in await town.say("", channel="telegram", unreadable=True)
