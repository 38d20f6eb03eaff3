"""What a browser may post: strict types, limits, and one clear sentence for what is wrong."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, TypeGuard

from bot.messages import Inbound, Location

LONGEST_TEXT = 4096
LONGEST_CHOICE = 16
MOST_PICTURES = 5

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class BadMessage(ValueError):
    """What was posted is not a message; the sentence says what to send instead."""


def parse(body: bytes, session_id: str, received_at: datetime, pictures_url: str) -> Inbound:
    """Read a posted message; its pictures were posted before and lie below `pictures_url`. Raises BadMessage."""
    fields = _object(body)
    client_id = _client_id(fields)
    location, attachments = _location(fields), _attachments(fields, pictures_url)
    text, choice = _text_or_choice(fields, may_lack=location is not None or bool(attachments))
    return Inbound(
        channel="web",
        # The browser's own id makes a repeated post one message; the session before it keeps others from using it up.
        provider_id=f"{session_id}:{client_id}",
        address=session_id,
        text=text,
        choice=choice,
        language=_language(fields),
        location=location,
        attachments=attachments,
        received_at=received_at,
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadMessage("The body is not JSON in UTF-8.") from None
    if not isinstance(fields, dict):
        raise BadMessage('The body must be a JSON object such as {"id": "<uuid>", "text": "..."}.')
    return fields


def _client_id(fields: dict[str, Any]) -> str:
    client_id = fields.get("id")
    if not isinstance(client_id, str) or not _UUID.fullmatch(client_id):
        raise BadMessage("id must be a UUID, made by the client, the same when a message is posted again.")
    return client_id.lower()


def _text_or_choice(fields: dict[str, Any], *, may_lack: bool) -> tuple[str, str | None]:
    text, choice = fields.get("text"), fields.get("choice")
    if may_lack and choice is None and text in (None, ""):
        return "", None
    if (text is None) == (choice is None):
        raise BadMessage("Send either text or choice.")
    if choice is not None:
        return "", _choice(choice)
    return _text(text), None


def _choice(choice: object) -> str:
    if not isinstance(choice, str) or not 0 < len(choice) <= LONGEST_CHOICE or not _is_storable(choice):
        raise BadMessage(f"choice must be the id of a choice, a string of 1 to {LONGEST_CHOICE} characters.")
    return choice


def _text(text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise BadMessage("text must be a string with something in it.")
    if len(text) > LONGEST_TEXT:
        raise BadMessage(f"text is longer than {LONGEST_TEXT} characters; send it in parts.")
    if not _is_storable(text):
        raise BadMessage("text holds a NUL or half of a character pair; leave it out.")
    return text


def _is_storable(value: str) -> bool:
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def _location(fields: dict[str, Any]) -> Location | None:
    place = fields.get("location")
    if place is None:
        return None
    latitude, longitude = (place.get("latitude"), place.get("longitude")) if isinstance(place, dict) else (None, None)
    if not _is_within(latitude, 90) or not _is_within(longitude, 180):
        raise BadMessage('location must be an object such as {"latitude": 40.5, "longitude": -73.25}, in degrees.')
    return Location(latitude=float(latitude), longitude=float(longitude))


def _is_within(degrees: object, most: float) -> TypeGuard[int | float]:
    return isinstance(degrees, int | float) and not isinstance(degrees, bool) and -most <= degrees <= most


def _attachments(fields: dict[str, Any], pictures_url: str) -> tuple[str, ...]:
    urls = fields.get("attachments")
    if urls is None:
        return ()
    ours = re.compile(re.escape(pictures_url) + r"/[A-Za-z0-9_-]{1,64}")
    if not isinstance(urls, list) or len(urls) > MOST_PICTURES:
        raise BadMessage(f"attachments must be a list of at most {MOST_PICTURES} addresses.")
    if not all(isinstance(url, str) and ours.fullmatch(url) for url in urls):
        raise BadMessage("attachments must be addresses that POST /chat/pictures has answered.")
    return tuple(urls)


def _language(fields: dict[str, Any]) -> str | None:
    language = fields.get("language")
    if language is None:
        return None
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        raise BadMessage('language must be a language tag such as "en" or "es-MX".')
    return language
