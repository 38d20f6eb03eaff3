"""Telegram's updates as its own client library reads them: what is a message, what is a wish, what is nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bot.messages import Inbound, Location, Wish
from channels.simulators.telegram import FakeTelegram
from channels.telegram.updates import edited, inbound

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CITIZEN = 4711
GROUP = {"id": -5, "type": "group", "title": "Neighbours"}
FILE = {"file_id": "f", "file_unique_id": "u"}
FILM = {**FILE, "width": 1, "height": 1, "duration": 3}
PHOTO = [{**FILE, "width": 90, "height": 60}]
PLACE = {"latitude": 40.5, "longitude": -73.25}
STICKER = {**FILE, "width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}
POLL = {
    "id": "1",
    "question": "Q",
    "options": [],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}


@pytest.fixture
def provider() -> FakeTelegram:
    return FakeTelegram("123456:a-token-of-the-test")


def read(update: dict[str, Any]) -> Inbound | None:
    """Return what we read, after the client library has read the update and written it again."""
    once = Update.de_json(update, None)
    assert Update.de_json(once.to_dict(), None).to_dict() == once.to_dict()
    return inbound(once, "telegram", NOW)


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ({"text": "123"}, {"text": "123"}),
        ({"location": PLACE}, {"location": Location(**PLACE), "text": ""}),
        ({"location": {**PLACE, "live_period": 900}}, {"location": Location(**PLACE)}),
        ({"photo": PHOTO}, {"attachments": ("f",)}),
        ({"document": {**FILE, "mime_type": "image/png"}}, {"attachments": ("f",)}),
        ({"contact": {"phone_number": "+15550123", "first_name": "Ana"}}, {"text": "+15550123"}),
        ({"video": FILM, "caption": "a pothole"}, {"text": "a pothole"}),
    ],
)
def test_what_can_be_taken_is_taken(provider: FakeTelegram, content: dict[str, Any], fields: dict[str, Any]) -> None:
    taken = read(provider.message(CITIZEN, **content))
    assert taken is not None
    assert {name: getattr(taken, name) for name in fields} == fields
    assert (taken.unreadable, taken.wish) == (False, None)


@pytest.mark.parametrize(
    "content",
    [
        {"voice": {**FILE, "duration": 3}},
        {"audio": {**FILE, "duration": 3}},
        {"video": FILM},
        {"video_note": {**FILE, "length": 1, "duration": 3}},
        {"animation": FILM, "document": {**FILE, "mime_type": "video/mp4"}},
        {"sticker": STICKER},
        {"document": {**FILE, "mime_type": "application/pdf"}},
        {"document": FILE},
        {"poll": POLL},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"of_a_kind_to_come": {"id": 1}},
    ],
)
def test_what_cannot_be_taken_is_said_to_be_so(provider: FakeTelegram, content: dict[str, Any]) -> None:
    taken = read(provider.message(CITIZEN, **content))
    assert taken is not None
    assert (taken.unreadable, taken.text, taken.attachments) == (True, "", ())


@pytest.mark.parametrize(
    "note",
    [
        {"pinned_message": {"message_id": 1, "date": 1_772_000_000, "chat": {"id": CITIZEN, "type": "private"}}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"write_access_allowed": {}},
    ],
)
def test_notes_of_telegrams_own_are_no_messages(provider: FakeTelegram, note: dict[str, Any]) -> None:
    assert read(provider.message(CITIZEN, **note)) is None


@pytest.mark.parametrize(("status", "wish"), [("kicked", Wish.STOP), ("member", Wish.START)])
def test_blocking_and_unblocking_the_bot_are_wishes(provider: FakeTelegram, status: str, wish: Wish) -> None:
    update = provider.member(CITIZEN, status)
    taken = read(update)
    assert taken is not None
    assert (taken.wish, taken.text, taken.choice, taken.unreadable) == (wish, "", None, False)
    assert (taken.provider_id, taken.address) == (str(update["update_id"]), str(CITIZEN))


def test_a_pressed_button_is_only_its_choice(provider: FakeTelegram) -> None:
    taken = read(provider.press(CITIZEN, "0a1b2c3d4e5f"))
    assert taken is not None
    assert (taken.choice, taken.text, taken.wish, taken.unreadable) == ("0a1b2c3d4e5f", "", None, False)


def test_nothing_in_a_group_is_for_us(provider: FakeTelegram) -> None:
    said = provider.message(CITIZEN, text="hello")
    said["message"]["chat"] = GROUP
    pressed = provider.press(CITIZEN, "a1")
    pressed["callback_query"]["message"]["chat"] = GROUP
    updates = [said, pressed, provider.member(CITIZEN, "kicked", GROUP), provider.edit(said, text="hi")]
    assert [read(update) for update in updates] == [None] * 4
    assert [edited(Update.de_json(update, None)) for update in updates] == [None] * 4


@pytest.mark.parametrize(
    ("before", "after", "is_edit"),
    [
        ({"text": "Oak 12"}, {"text": "Oak 21"}, True),
        ({"photo": PHOTO}, {"caption": "here"}, True),
        ({"location": {**PLACE, "live_period": 900}}, {"location": {**PLACE, "heading": 3}}, False),
    ],
)
def test_a_change_is_never_a_message(
    provider: FakeTelegram, before: dict[str, Any], after: dict[str, Any], is_edit: bool
) -> None:
    update = provider.edit(provider.message(CITIZEN, **before), **after)
    assert read(update) is None
    assert (edited(Update.de_json(update, None)) is not None) == is_edit
