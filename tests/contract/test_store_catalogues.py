"""The last good copy of a town's services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from store import catalogues

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SERVICES: list[Mapping[str, Any]] = [
    {"service_code": "2", "service_name": "Ölü 🕳"},
    {"service_code": "1", "attributes": [{"required": True}]},
]


def test_a_copy_is_kept_for_each_source_and_replaced(engine: Engine) -> None:
    with engine.begin() as conn:
        assert catalogues.version(conn, "a") is None
        assert catalogues.services(conn, "a") == []
        catalogues.save(conn, "a", "v1", SERVICES, now=NOW)
        catalogues.save(conn, "b", "v9", [], now=NOW)
        assert (catalogues.version(conn, "a"), catalogues.services(conn, "a")) == ("v1", SERVICES)
        catalogues.save(conn, "a", "v2", SERVICES[:1], now=NOW)
        assert (catalogues.version(conn, "a"), catalogues.services(conn, "a")) == ("v2", SERVICES[:1])
        assert catalogues.version(conn, "b") == "v9"
