"""A directory elsewhere, over HSDS 3.0's API: fetched whole every few hours, so that answers never wait for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy import Engine

from actions.backends.directory.places import Place, to_record
from actions.backends.directory.reading import Reader
from bot.errors import BackendRefused, BackendUnavailable
from store import places

logger = logging.getLogger(__name__)

#: Seconds between two fetches of the whole directory, and until the next try when one failed.
EVERY, RETRY = 6 * 3600.0, 600.0
PER_PAGE = 100
#: A server that never says which page is the last one must not keep us for ever.
MOST_PAGES = 1000
#: Seconds for one request.
TIMEOUT = 20.0
#: So many services are fetched at a time, where the list of them does not say everything.
TOGETHER = 4
ATTEMPTS = 3

Rows = list[dict[str, Any]]


class Hsds:
    """Reads the services of an HSDS 3.0 server; `url` is what stands before "/services"."""

    def __init__(self, url: str, client: httpx.AsyncClient | None = None, *, pause: float = 1.0) -> None:
        self._url = url.rstrip("/")
        self._client = client or httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=True)
        #: Seconds before a failed request is tried again, twice as many the next time.
        self._pause = pause

    async def close(self) -> None:
        await self._client.aclose()

    async def services(self) -> Sequence[Mapping[str, Any]]:
        """Return all services, each with its locations and what hangs on it.

        Raises BackendUnavailable when any part of them is missing, BackendRefused when this is no HSDS server.
        """
        listed = await self._pages("/services", full="true")
        return listed if all(map(_is_located, listed)) else await self._complete(listed)

    async def _complete(self, listed: Rows) -> Rows:
        """Fetch each service that came without locations by its id; if none has any then, those are asked for apart."""
        turn = asyncio.Semaphore(TOGETHER)

        async def whole(service: dict[str, Any]) -> dict[str, Any]:
            if _is_located(service):
                return service
            async with turn:
                found = await self._get(f"/services/{service.get('id', '')}")
            return {**service, **found} if isinstance(found, dict) else service

        services = list(await asyncio.gather(*map(whole, listed)))
        if any(map(_is_located, services)):
            return services
        try:
            links = await self._pages("/service_at_locations", full="true")
        except BackendRefused:
            # This part of the API is optional.
            links = []
        for service in services:
            service["service_at_locations"] = [link for link in links if _service_of(link) == service.get("id")]
        return services

    async def _pages(self, path: str, **query: str) -> Rows:
        found: dict[Any, dict[str, Any]] = {}
        for number in range(1, MOST_PAGES + 1):
            page = await self._get(path, page=str(number), per_page=str(PER_PAGE), **query)
            rows = page.get("contents") if isinstance(page, dict) else page
            if not isinstance(rows, list):
                raise BackendRefused(f"{self._url}{path} has no `contents`; check that HSDS_URL is an HSDS 3.0 server.")
            known = len(found)
            found |= {row.get("id"): row for row in rows if isinstance(row, dict)}
            if not isinstance(page, dict) or _is_last(page, number) or len(found) == known:
                break
        total = page.get("total_items") if isinstance(page, dict) else None
        if isinstance(total, int) and len(found) < total:
            raise BackendUnavailable(f"{self._url}{path} gave {len(found)} of {total} entries; fetch it again later.")
        return list(found.values())

    async def _get(self, path: str, **query: str) -> Any:
        """Return what is at `path`, after another try or two if the server stumbles."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = await self._client.get(self._url + path, params=query)
                if answer.status_code < 500 and answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                    return self._read(answer, path)
                error = f"status {answer.status_code}"
            except httpx.HTTPError as failed:
                error = type(failed).__name__
            if attempt < ATTEMPTS:
                await asyncio.sleep(self._pause * 2 ** (attempt - 1))
        raise BackendUnavailable(f"{self._url}{path} does not answer ({error}); look whether HSDS_URL is right and up.")

    def _read(self, answer: httpx.Response, path: str) -> Any:
        if answer.status_code >= 400:
            raise BackendRefused(f"{self._url}{path} says {answer.status_code}; check HSDS_URL.")
        try:
            return answer.json()
        except ValueError as error:
            raise BackendRefused(
                f"{self._url}{path} is not JSON; check that HSDS_URL is an HSDS 3.0 server."
            ) from error


class Refresh:
    """Keeps the embedded directory a copy of a server's: replaced by a fetch that was whole, otherwise left alone."""

    def __init__(self, engine: Engine, source: Hsds, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._source = source
        self._clock = clock

    async def refresh_once(self) -> None:
        """Fetch everything and replace the directory by it. Raises BackendError, with the directory as it was."""
        reader = Reader()
        found = [place for service in await self._source.services() for place in reader.places(service)]
        unique = {place.id: place for place in found}
        if not unique:
            raise BackendUnavailable("The directory's server has no services; the last copy stays. Check HSDS_URL.")
        await asyncio.to_thread(self._replace, list(unique.values()))
        logger.info("directory of %s places fetched, %s values in it passed over", len(unique), len(reader.problems))

    def _replace(self, found: Sequence[Place]) -> None:
        with self._engine.begin() as conn:
            places.replace_all(conn, [to_record(place) for place in found], now=self._clock())


def _is_located(service: Mapping[str, Any]) -> bool:
    return "service_at_locations" in service or "locations" in service


def _is_last(page: Mapping[str, Any], number: int) -> bool:
    total = page.get("total_pages")
    return bool(page.get("last_page") or page.get("empty")) or (isinstance(total, int) and number >= total)


def _service_of(link: Mapping[str, Any]) -> Any:
    service = link.get("service")
    return link.get("service_id") or (service.get("id") if isinstance(service, dict) else None)
