"""The register's server in front of a database, as another program reaches it, for tests."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine
from starlette.applications import Starlette

from actions.intake.services import Catalogue, read_service
from register.routes import register_routes
from store.engine import open_engine

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
KEY = "key-of-the-other-program"
PUBLIC = "https://town.example"
PATH = "/open311/v2"
PNG, JPEG = b"\x89PNG\r\n\x1a\n picture", b"\xff\xd8\xff picture"

POTHOLE: dict[str, Any] = {
    "service_code": "pothole",
    "service_name": "Pothole & <holes>",
    "description": "A hole in a street.",
    "group": "Streets",
    "keywords": ["hole", "hueco"],
    "attributes": [
        {"code": "note", "variable": False, "order": 1, "description": "We look within a week."},
        {
            "code": "size",
            "datatype": "singlevaluelist",
            "required": True,
            "order": 2,
            "description": "How big?",
            "datatype_description": "Pick one.",
            "values": [{"key": "s", "name": "Small"}, {"key": "l", "name": "Large"}],
        },
        {
            "code": "lane",
            "datatype": "multivaluelist",
            "order": 3,
            "description": "Which lanes?",
            "values": [{"key": "car", "name": "Car"}, {"key": "bike", "name": "Bike"}],
        },
        {"code": "depth", "datatype": "number", "order": 4, "description": "How deep?"},
        {"code": "since", "datatype": "datetime", "order": 5, "description": "Since when?"},
        {"code": "sign", "datatype": "string", "order": 6, "description": "What is on the sign?"},
        {
            "code": "damage",
            "datatype": "text",
            "required": True,
            "order": 7,
            "description": "What broke?",
            "when": {"size": "l"},
        },
    ],
}
CATALOGUE = Catalogue.of(map(read_service, [POTHOLE, {"service_code": "noise", "service_name": "Noise"}]))
#: The least that is taken.
LEAST = {"service_code": "noise", "lat": "40.5", "long": "-73.25"}


class Server:
    """Asks as another program does; the clock is moved by hand."""

    def __init__(self, engine: Engine, *, keys: tuple[str, ...] = ("another", KEY), **options: Any) -> None:
        self.engine = engine
        self.time = NOW
        ids = itertools.count(1)
        self.app = Starlette(
            routes=register_routes(
                engine,
                lambda: CATALOGUE,
                keys=keys,
                public_url=PUBLIC,
                clock=lambda: self.time,
                new_id=lambda: f"id-{next(ids)}",
                **options,
            )
        )
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://10.0.0.7:8000")

    def pass_time(self, **time: float) -> None:
        self.time += timedelta(**time)

    async def get(self, path: str, *, key: str | None = None, **params: str) -> httpx.Response:
        return await self.http.get(f"{PATH}/{path}", params={**params, **({"api_key": key} if key else {})})

    async def post(
        self, fields: dict[str, Any], *, key: str | None = KEY, format: str = "json", files: list[Any] | None = None
    ) -> httpx.Response:
        form = {**fields, **({"api_key": key} if key else {})}
        return await self.http.post(f"{PATH}/requests.{format}", data=form, files=files)

    async def file(self, **fields: Any) -> str:
        """Post the least, and `fields`; return the number."""
        response = await self.post({**LEAST, **fields})
        assert response.status_code == 200, response.text
        return str(response.json()[0]["service_request_id"])

    async def numbers(self, **params: str) -> list[str]:
        return [request["service_request_id"] for request in (await self.get("requests.json", **params)).json()]


@contextmanager
def in_file(migrated: Path, folder: Path) -> Iterator[Server]:
    """Yield a server on a database of its own, a copy of the `migrated` one."""
    engine = open_engine(f"sqlite:///{shutil.copy(migrated, folder / 'register.db')}")
    yield Server(engine)
    engine.dispose()


def descriptions(response: httpx.Response) -> list[str]:
    """Return what a list of errors says."""
    return [error["description"] for error in response.json()]
