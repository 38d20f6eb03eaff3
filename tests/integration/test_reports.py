"""Where reports go, as the settings say: to the town's own endpoint, or into the embedded register."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from actions.backends.open311 import Open311
from actions.backends.register import Register
from actions.catalogue import CatalogueKeeper, StoredCatalogue
from actions.simulators.open311 import BASE, FakeOpen311
from bot import app
from bot.settings import Settings, read_settings
from channels.simulators.serving import serve
from store.engine import migrate, open_engine

ROOT = Path(__file__).parents[2]
PUBLIC_LIST = "/open311/v2/services.json"


def settings(folder: Path, **variables: str) -> Settings:
    read = read_settings(
        {"TOWNCLERK_VAR": str(folder), "TOWNCLERK_DATABASE_URL": f"sqlite:///{folder}/t.db", **variables}
    )
    migrate(read.database_url)
    return read


@pytest.fixture
async def endpoint() -> AsyncIterator[str]:
    """The URL of a town's endpoint."""
    async with serve(FakeOpen311(lambda: datetime.now(UTC))) as url:
        yield f"{url}{BASE}"


async def test_without_an_endpoint_the_register_takes_what_the_town_wrote(tmp_path: Path) -> None:
    given = settings(tmp_path)
    backend, catalogue = app.reports(given, ROOT, open_engine(given.database_url))
    assert isinstance(backend, Register)
    assert "pothole" in catalogue().services
    assert {service["service_code"] for service in await backend.services()} == set(catalogue().services)


async def test_an_endpoint_says_itself_what_can_be_reported(tmp_path: Path, endpoint: str) -> None:
    given = settings(tmp_path, OPEN311_URL=endpoint)
    engine = open_engine(given.database_url)
    backend, catalogue = app.reports(given, ROOT, engine)
    assert isinstance(backend, Open311)
    assert isinstance(catalogue, StoredCatalogue)
    assert catalogue().services == {}
    await CatalogueKeeper(engine, backend, endpoint, app.now).refresh_once()
    seen = StoredCatalogue(engine, endpoint, app.now)()
    assert len(seen.services) > 5
    assert any(service.attributes for service in seen.services.values())
    await backend.close()


@pytest.mark.parametrize(("variables", "status"), [({}, 200), ({"OPEN311_URL": "http://127.0.0.1:9"}, 404)])
async def test_the_register_is_open_to_others_only_where_reports_go_there(
    tmp_path: Path, variables: dict[str, str], status: int
) -> None:
    served = httpx.ASGITransport(app.edge(settings(tmp_path, **variables), ROOT).asgi())
    async with httpx.AsyncClient(transport=served, base_url="http://town") as client:
        assert (await client.get(PUBLIC_LIST)).status_code == status


async def test_doctor_says_where_reports_go_and_whether_that_answers(tmp_path: Path, endpoint: str) -> None:
    said = await app.reports_state(settings(tmp_path), ROOT)
    assert said.startswith("embedded register, 6 services")
    assert "TOWNCLERK_REGISTER_KEYS" in said
    said = await app.reports_state(settings(tmp_path, OPEN311_URL=endpoint, OPEN311_API_KEY="k"), ROOT)
    assert said.startswith(f"{endpoint}, ")
    assert said.endswith("services; with a key")
    said = await app.reports_state(settings(tmp_path, OPEN311_URL="http://127.0.0.1:9"), ROOT)
    assert "does not answer" in said
    assert "OPEN311_API_KEY" in said
