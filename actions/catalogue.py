"""The town's services at run time: the edge fetches them and keeps the last good copy, workers read that copy."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine

from actions.backends.base import Backend
from actions.intake.services import Catalogue, Service, read_service
from bot.errors import BackendError, ContentError
from store import catalogues
from store.engine import reading

logger = logging.getLogger(__name__)

#: Seconds between two fetches, and until the first has succeeded.
EVERY, EVERY_AT_FIRST = 15 * 60.0, 30.0
#: How often a reader looks for a newer copy.
LOOK_EVERY = timedelta(seconds=5)


class CatalogueKeeper:
    """Fetches a backend's services; `source` names them in the store."""

    def __init__(self, engine: Engine, backend: Backend, source: str, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._backend = backend
        self._source = source
        self._clock = clock
        self._known = False

    async def refresh_once(self) -> None:
        """Keep what the backend offers now; when it does not answer, or offers nothing, the last copy stands."""
        try:
            services = _usable(await self._backend.services())
        except BackendError as error:
            logger.warning("The services were not fetched; the last copy stands: %s", error)
            return
        if not services:
            logger.warning("The backend offers no service that can be used; the last copy stands.")
            return
        await asyncio.to_thread(self._save, services)
        self._known = True

    def pause(self) -> float:
        """Return the seconds until the next fetch."""
        return EVERY if self._known else EVERY_AT_FIRST

    def _save(self, services: Sequence[Mapping[str, Any]]) -> None:
        digest = hashlib.sha256(json.dumps(services, sort_keys=True).encode()).hexdigest()
        with reading(self._engine) as conn:
            if catalogues.version(conn, self._source) == digest:
                return
        with self._engine.begin() as conn:
            catalogues.save(conn, self._source, digest, services, now=self._clock())
        logger.info("The town offers %d services now.", len(services))


def _usable(definitions: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the definitions that can be read, and log the codes of the others."""
    usable = []
    for definition in definitions:
        try:
            read_service(definition)
        except (ContentError, KeyError, TypeError, ValueError, AttributeError) as error:
            logger.warning("Service %s is left out: %s", definition.get("service_code"), error)
        else:
            usable.append(definition)
    return usable


def read_definitions(folder: Path) -> list[Mapping[str, Any]]:
    """Return the services that a town without an endpoint wrote. Raises ContentError as `Catalogue.load` does."""
    Catalogue.load(folder)
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yml"))]


class StoredCatalogue:
    """Called, it returns the last good copy as a `Catalogue`; one without services while there is none."""

    def __init__(self, engine: Engine, source: str, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._source = source
        self._clock = clock
        self._version: str | None = None
        self._catalogue = Catalogue.of(())
        self._looked_at: datetime | None = None

    def __call__(self) -> Catalogue:
        """Return the catalogue; the same object as long as nothing has changed."""
        now = self._clock()
        # Nothing is no copy to be content with: the first one may be there any moment, and so may a citizen.
        if self._version is None or self._looked_at is None or now - self._looked_at >= LOOK_EVERY:
            self._look()
            self._looked_at = now
        return self._catalogue

    def _look(self) -> None:
        with reading(self._engine) as conn:
            version = catalogues.version(conn, self._source)
            if version == self._version:
                return
            definitions = catalogues.services(conn, self._source)
        self._catalogue = Catalogue.of(_readable(definitions))
        self._version = version


def _readable(definitions: Sequence[Mapping[str, Any]]) -> list[Service]:
    # Checked again: another release of ours may have kept them.
    return [read_service(definition) for definition in _usable(definitions)]
