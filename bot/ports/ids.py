"""Fresh ids: plain ones, and ones that open what they name."""

from __future__ import annotations

import secrets
import uuid


def new_id() -> str:
    """Return a fresh id."""
    return str(uuid.uuid4())


def new_secret_id() -> str:
    """Return an id that opens what it names to whoever knows it: 192 bits (OWASP ASVS 5.0, 11.5.1 asks for 128)."""
    return secrets.token_urlsafe(24)
