"""What a browser may post: strict types, limits, and one clear sentence for what is wrong."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from bot.messages import Inbound

LONGEST_TEXT = 4096
LONGEST_CHOICE = 16

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class BadMessage(ValueError):
    """What was posted is not a message; the sentence says what to send instead."""


def parse(body: bytes, session_id: str, received_at: datetime) -> Inbound:
    """Read a posted message. Raises BadMessage when it is none."""
    fields = _object(body)
    client_id = _client_id(fields)
    text, choice = _text_or_choice(fields)
    return Inbound(
        channel="web",
        # The browser's own id makes a repeated post one message; the session before it keeps others from using it up.
        provider_id=f"{session_id}:{client_id}",
        address=session_id,
        text=text,
        choice=choice,
        language=_language(fields),
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


def _text_or_choice(fields: dict[str, Any]) -> tuple[str, str | None]:
    text, choice = fields.get("text"), fields.get("choice")
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


def _language(fields: dict[str, Any]) -> str | None:
    language = fields.get("language")
    if language is None:
        return None
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        raise BadMessage('language must be a language tag such as "en" or "es-MX".')
    return language
