"""Where reports go: the registry of service backends, one line each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from actions.backends.base import Backend
from actions.backends.register import Register

BACKENDS: dict[str, Callable[[Engine, Callable[[], datetime]], Backend]] = {
    "register": Register,
}
