"""The shared words as JSON and back: what the columns `body` and `effect` hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from bot.messages import (
    Choice,
    Effect,
    Follow,
    HandOver,
    Inbound,
    Location,
    Outbound,
    PutAside,
    Submit,
    TakeUp,
    Unfollow,
    Wish,
)

#: How an effect says in JSON which one it is.
KINDS: dict[str, type[Any]] = {
    "submit": Submit,
    "hand_over": HandOver,
    "follow": Follow,
    "unfollow": Unfollow,
    "put_aside": PutAside,
    "take_up": TakeUp,
}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (tuple, list)) else value


def _known(kind: type, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `kind` has a field for: during an upgrade, a newer process may write more than this one knows."""
    return {field.name: body[field.name] for field in fields(kind) if field.name in body}


def _location(body: Mapping[str, Any] | None) -> Location | None:
    return Location(**_known(Location, body)) if body else None


def encode_inbound(inbound: Inbound) -> dict[str, Any]:
    return dict(_plain(inbound))


def decode_inbound(body: Mapping[str, Any]) -> Inbound:
    values = _known(Inbound, body)
    values["location"] = _location(values.get("location"))
    values["attachments"] = tuple(values.get("attachments", ()))
    values["received_at"] = datetime.fromisoformat(values["received_at"])
    values["wish"] = Wish(values["wish"]) if values.get("wish") else None
    return Inbound(**values)


def encode_outbound(outbound: Outbound) -> dict[str, Any]:
    return dict(_plain(outbound))


def decode_outbound(body: Mapping[str, Any]) -> Outbound:
    values = _known(Outbound, body)
    for name in ("choices", "rest_choices"):
        values[name] = tuple(Choice(**_known(Choice, choice)) for choice in values.get(name, ()))
    values["attachments"] = tuple(values.get("attachments", ()))
    return Outbound(**values)


def encode_effect(effect: Effect) -> dict[str, Any]:
    kind = next(name for name, cls in KINDS.items() if isinstance(effect, cls))
    return {"kind": kind, **_plain(effect)}


def decode_effect(body: Mapping[str, Any]) -> Effect:
    cls = KINDS[body["kind"]]
    values = _known(cls, body)
    if cls is Submit:
        values["location"] = _location(values.get("location"))
    effect: Effect = cls(**values)
    return effect
