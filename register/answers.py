"""Answers as GeoReport v2 writes them: the same values as XML or as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.responses import Response

from register.errors import Problem

MEDIA_TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
#: How one entry of a list is called in XML.
ENTRIES = {
    "endpoints": "endpoint",
    "formats": "format",
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
}
#: What XML 1.0 has no way to write, not even escaped.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer(
    format: str, root: str, value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an answer; `root` names the whole in XML, while JSON has lists and objects without a wrapper.

    `value` is made of dicts, lists, texts, numbers, booleans, aware times, and None for a field that is empty.
    """
    content = _xml(root, value) if format == "xml" else _json(value)
    return Response(content, status, headers, media_type=MEDIA_TYPES[format])


def errors(
    format: str, problems: tuple[Problem, ...], *, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    entries = [{"code": problem.code, "description": problem.description} for problem in problems]
    return answer(format, "errors", entries, status=status, headers=headers)


def w3c(moment: datetime) -> str:
    """Return a moment in W3C's profile of ISO 8601, to the second, with its zone: 2026-03-01T12:00:00+00:00."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def clean(text: str) -> str:
    """Return `text` without the characters that XML and databases refuse."""
    return FORBIDDEN.sub("", text)


def _json(value: Any) -> bytes:
    return json.dumps(_plain(value), ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, datetime):
        return w3c(value)
    return clean(value) if isinstance(value, str) else value


def _xml(root: str, value: Any) -> bytes:
    element = Element(root)
    _fill(element, _plain(value))
    return DECLARATION + bytes(tostring(element, encoding="utf-8"))


def _fill(element: Element, value: Any) -> None:
    if isinstance(value, dict):
        for name, entry in value.items():
            _fill(SubElement(element, name), entry)
    elif isinstance(value, list):
        for entry in value:
            _fill(SubElement(element, ENTRIES[element.tag]), entry)
    elif value is not None:
        element.text = _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    # In full: 0.00001, not 1e-05.
    return format(Decimal(str(value)), "f") if isinstance(value, float) else str(value)
