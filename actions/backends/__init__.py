"""Where reports go: the registry of service backends, one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from actions.backends.base import Backend
from actions.backends.register import Register


def _open311(engine: Engine, clock: Callable[[], datetime], *, url: str, **options: Any) -> Backend:
    # Here: a town without an endpoint does without the HTTP client and the XML reader.
    from actions.backends.open311 import Open311

    return Open311(url, clock, **options)


#: What opens each backend: takes the database, the clock, and what the town has set for it.
BACKENDS: Mapping[str, Callable[..., Backend]] = {
    "open311": _open311,
    "register": Register,
}


def open_backend(name: str, engine: Engine, clock: Callable[[], datetime], **options: Any) -> Backend:
    """Return the backend of that name; `options` are what its own settings say."""
    return BACKENDS[name](engine, clock, **options)
