"""The town's services at run time: the last good copy, and who reads it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from actions.backends.memory import MemoryBackend
from actions.catalogue import EVERY, EVERY_AT_FIRST, LOOK_EVERY, CatalogueKeeper, StoredCatalogue, read_definitions
from actions.intake.services import Catalogue
from bot.errors import BackendUnavailable

ROOT = Path(__file__).parents[2]
START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SOURCE = "https://town.example/open311/v2"
SIZES = [{"key": "1", "name": "ü"}]
POTHOLE = {
    "service_code": "001",
    "service_name": "Pothole",
    "attributes": [{"code": "size", "datatype": "singlevaluelist", "description": "How big?", "values": SIZES}],
}
GRAFFITI = {"service_code": "002", "service_name": "Graffiti"}
BROKEN = {"service_code": "003", "service_name": "Odd", "attributes": [{"code": "x", "datatype": "unheard of"}]}


class Endpoint(MemoryBackend):
    """Offers what it is told to, or fails."""

    def __init__(self) -> None:
        super().__init__(lambda: START)
        self.offers: Sequence[Mapping[str, Any]] | None = None

    async def services(self) -> Sequence[Mapping[str, Any]]:
        if self.offers is None:
            raise BackendUnavailable("It is down.")
        return self.offers


class Town:
    """A keeper and a reader on one store, with a clock that is moved by hand."""

    def __init__(self, engine: Engine) -> None:
        self.now, self.endpoint = START, Endpoint()
        self.keeper = CatalogueKeeper(engine, self.endpoint, SOURCE, lambda: self.now)
        self.stored = StoredCatalogue(engine, SOURCE, lambda: self.now)

    async def offers(self, *definitions: Mapping[str, Any]) -> list[str]:
        """Return the codes of what workers see, after the town offers this."""
        self.endpoint.offers = definitions
        await self.keeper.refresh_once()
        self.now += LOOK_EVERY
        return list(self.stored().services)


@pytest.fixture
def town(small_store: Engine) -> Town:
    return Town(small_store)


async def test_before_the_first_fetch_there_is_nothing_to_report(town: Town) -> None:
    assert town.stored().services == {}


async def test_the_first_fetch_is_seen_at_once(town: Town) -> None:
    assert town.stored().services == {}
    town.endpoint.offers = [POTHOLE]
    await town.keeper.refresh_once()
    assert list(town.stored().services) == ["001"]


async def test_workers_see_what_the_town_offers_with_its_questions_in_its_order(town: Town) -> None:
    assert await town.offers(GRAFFITI, POTHOLE) == ["002", "001"]
    [attribute] = town.stored().services["001"].attributes
    assert [(value.key, value.name) for value in attribute.values] == [("1", "ü")]
    assert await town.offers(POTHOLE) == ["001"]


async def test_an_endpoint_that_is_down_or_empty_leaves_the_last_good_copy(town: Town) -> None:
    await town.offers(POTHOLE)
    town.endpoint.offers = None
    await town.keeper.refresh_once()
    assert await town.offers() == ["001"]


async def test_a_service_that_cannot_be_used_is_left_out_and_logged(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert await town.offers(BROKEN, POTHOLE) == ["001"]
    assert "003" in caplog.text


async def test_the_same_catalogue_stays_the_same_object(town: Town) -> None:
    await town.offers(POTHOLE)
    before = town.stored()
    await town.offers(dict(reversed(POTHOLE.items())))
    assert town.stored() is before


async def test_a_reader_does_not_look_into_the_store_at_every_step(town: Town) -> None:
    await town.offers(POTHOLE)
    town.stored()
    town.endpoint.offers = [POTHOLE, GRAFFITI]
    await town.keeper.refresh_once()
    assert len(town.stored().services) == 1
    town.now += LOOK_EVERY
    assert len(town.stored().services) == 2


async def test_the_first_fetch_is_tried_more_often(town: Town) -> None:
    await town.keeper.refresh_once()
    assert town.keeper.pause() == EVERY_AT_FIRST
    await town.offers(POTHOLE)
    assert town.keeper.pause() == EVERY


def test_a_town_without_an_endpoint_offers_what_it_wrote() -> None:
    definitions = read_definitions(ROOT / "data" / "services")
    codes = list(Catalogue.load(ROOT / "data" / "services").services)
    assert [definition["service_code"] for definition in definitions] == codes
