"""A directory elsewhere is fetched whole over HTTP or not at all, and the last good copy stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from actions.backends.directory.hsds import PER_PAGE, Hsds, Refresh
from actions.simulators.hsds import FakeHsds
from bot.errors import BackendRefused, BackendUnavailable
from channels.simulators.serving import serve
from store import places
from store.engine import reading

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEVERAL_PAGES = 2 * PER_PAGE + 3


def service(number: int) -> dict[str, Any]:
    location = {"id": f"l{number}", "name": f"Hall {number}", "latitude": 40.5, "longitude": -88.5}
    return {
        "id": f"s{number:03d}",
        "name": f"Pantry {number}",
        "status": "active",
        "service_at_locations": [{"id": f"sl{number}", "location": location}],
    }


@pytest.fixture
def fake() -> FakeHsds:
    return FakeHsds([service(number) for number in range(SEVERAL_PAGES)])


@pytest.fixture
async def source(fake: FakeHsds) -> AsyncIterator[Hsds]:
    async with serve(fake.asgi()) as url:
        source = Hsds(url + "/", pause=0.01)
        yield source
        await source.close()


@pytest.fixture
def refresh(engine: Engine, source: Hsds) -> Refresh:
    return Refresh(engine, source, lambda: NOW)


def names(engine: Engine) -> list[str]:
    with reading(engine) as conn:
        return sorted(record["name"] for record in places.every(conn))


async def test_every_page_is_fetched(fake: FakeHsds, source: Hsds) -> None:
    found = await source.services()
    assert [one["id"] for one in found] == [one["id"] for one in fake.services]
    assert fake.asked == ["page 1", "page 2", "page 3"]


@pytest.mark.parametrize(("full", "located"), [(True, True), (False, True), (False, False)])
async def test_locations_are_found_wherever_the_server_has_them(full: bool, located: bool) -> None:
    fake = FakeHsds([service(number) for number in range(3)], full=full, located=located)
    async with serve(fake.asgi()) as url:
        source = Hsds(url)
        found = await source.services()
        await source.close()
    assert [one["service_at_locations"][0]["location"]["name"] for one in found] == ["Hall 0", "Hall 1", "Hall 2"]


async def test_a_server_that_stumbles_is_asked_again(fake: FakeHsds, source: Hsds) -> None:
    fake.stumbles = {2}
    assert len(await source.services()) == SEVERAL_PAGES


async def test_a_fetch_replaces_the_directory(engine: Engine, fake: FakeHsds, refresh: Refresh) -> None:
    fake.services = [service(1), service(2)]
    await refresh.refresh_once()
    fake.services = [service(2), service(3)]
    await refresh.refresh_once()
    assert names(engine) == ["Pantry 2", "Pantry 3"]


@pytest.mark.parametrize("fault", [{"down": True}, {"broken_off": 2}, {"services": []}])
async def test_a_fetch_that_is_not_whole_leaves_the_last_good_copy(
    engine: Engine, fake: FakeHsds, refresh: Refresh, fault: dict[str, Any]
) -> None:
    await refresh.refresh_once()
    for name, value in fault.items():
        setattr(fake, name, value)
    with pytest.raises(BackendUnavailable):
        await refresh.refresh_once()
    assert len(names(engine)) == SEVERAL_PAGES


async def test_a_value_that_is_wrong_costs_no_place(engine: Engine, fake: FakeHsds, refresh: Refresh) -> None:
    odd = {**service(1), "schedules": [{"byday": "someday", "opens_at": "9", "valid_to": "soon"}], "status": "?"}
    fake.services = [odd, {"id": "nameless"}, service(2)]
    await refresh.refresh_once()
    assert names(engine) == ["Pantry 1", "Pantry 2"]


async def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    source = Hsds("http://127.0.0.1:9", pause=0.01)
    with pytest.raises(BackendUnavailable, match="HSDS_URL is right and up"):
        await source.services()
    await source.close()


@pytest.mark.parametrize(
    ("path", "sentence"), [("/nothing", "says 404; check HSDS_URL"), ("/services/s001", "says 404")]
)
async def test_an_address_that_is_no_hsds_server_is_refused(fake: FakeHsds, path: str, sentence: str) -> None:
    async with serve(fake.asgi()) as url:
        source = Hsds(url + path)
        with pytest.raises(BackendRefused, match=sentence):
            await source.services()
        await source.close()
