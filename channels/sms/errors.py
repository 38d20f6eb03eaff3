"""What the SMS provider's answers mean when they are no success."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from bot.errors import DeliveryError, OptedOut, Rejected, Throttled, Unreachable

#: What the provider's error codes mean; a code that is not here is judged by its HTTP status.
ERRORS: Mapping[int, type[DeliveryError]] = {
    14107: Throttled,  # too many messages a second from this number
    20003: Unreachable,  # our credentials were refused: passes once the town has put them right
    20429: Throttled,  # too many requests
    21211: Rejected,  # not a phone number
    21408: Rejected,  # region not enabled
    21610: OptedOut,
    21614: Rejected,  # not a mobile number
    21617: Rejected,  # longer than 1,600 characters
    30001: Throttled,  # queue overflow
    30002: Unreachable,  # account suspended: passes once the town has put it right
    30003: Unreachable,  # handset off or away
    30004: OptedOut,  # blocked by the handset
    30005: Rejected,  # unknown handset
    30006: Rejected,  # landline
    30007: Rejected,  # filtered by the carrier
    30022: Throttled,  # rate cap
    30023: Throttled,  # cap of the day
    30032: Rejected,  # toll-free number not verified
    30034: Rejected,  # number not registered
}


def delivery_error(response: httpx.Response) -> DeliveryError:
    """Name what an answer of the provider other than 2xx means."""
    code = json_object(response).get("code")
    kind = ERRORS.get(code) if isinstance(code, int) else None
    status = response.status_code
    if kind is None:
        kind = Throttled if status == 429 else Rejected if 400 <= status < 500 else Unreachable
    message = f"The SMS provider answered {status} with code {code}."
    shown = str(code if code is not None else status)[:32]
    if kind is Throttled:
        return Throttled(message, retry_after=_seconds(response.headers.get("retry-after", "")), code=shown)
    return kind(message, code=shown)


def _seconds(header: str) -> float | None:
    return float(header) if header.isascii() and header.isdecimal() and len(header) < 6 else None


def json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        content = response.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
