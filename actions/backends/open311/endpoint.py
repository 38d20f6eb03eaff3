"""Where a town's GeoReport v2 calls go: found at the address that the town gave, remembered, and asked."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

from actions.backends.open311.definitions import read_services
from actions.backends.open311.exchange import Answer, Exchange, in_time
from actions.backends.open311.georeport import Offer, read_offers, read_reason
from actions.backends.open311.payload import read_payload
from bot.errors import BackendUnavailable

FORMATS = ("json", "xml")
DISCOVERY = re.compile(r"/discovery\.(?:json|xml)$")
NO_PARAMETERS: Mapping[str, str] = MappingProxyType({})
#: The endpoint is not, or no longer, where we think it is.
NOT_HERE = (301, 302, 303, 307, 308, 404, 405, 410)
#: One thing is unknown there: servers differ in how they say so.
UNKNOWN = (400, 404, 410)


@dataclass(frozen=True, slots=True)
class Found:
    """What stands before "/services.json", and the format to ask for."""

    base: str
    format: str


class Endpoint:
    """The endpoint of one town; looks for it at the first call, and again after it was not there."""

    def __init__(self, exchange: Exchange, url: str, jurisdiction_id: str | None) -> None:
        self._exchange = exchange
        self._url = url.rstrip("/")
        self._jurisdiction = {"jurisdiction_id": jurisdiction_id} if jurisdiction_id else {}
        self._found: Found | None = None
        self._finding = asyncio.Lock()

    async def get(self, path: str, params: Mapping[str, str] = NO_PARAMETERS, *, one: bool = False) -> Any:
        """Return the answer to GET `path` (without its format) as plain values.

        With `one`, for a single thing that the town may not know, None stands for "unknown".
        Raises BackendUnavailable.
        """
        url = await self._address(path)
        answer = await self._exchange.get(url, {**self._jurisdiction, **params})
        if one and answer.status in UNKNOWN:
            return None
        if not answer.is_success:
            raise self.unavailable(answer)
        try:
            return read_payload(answer.content, answer.charset)
        except BackendUnavailable:
            self._found = None
            raise

    async def post(self, path: str, form: Sequence[tuple[str, str]]) -> Answer:
        """Return the answer to a form, whatever its status. Raises BackendUnavailable, BackendAmbiguous."""
        return await self._exchange.post(await self._address(path), [*self._jurisdiction.items(), *form])

    def unavailable(self, answer: Answer) -> BackendUnavailable:
        """Return the error for an answer that was no success, though nothing was wrong with what we asked."""
        if answer.status in NOT_HERE:
            self._found = None
            return BackendUnavailable(f"{answer.url} is not there (HTTP {answer.status}); check OPEN311_URL.")
        if answer.status in (401, 403):
            return BackendUnavailable(
                f"{answer.url} asks for a valid key (HTTP {answer.status}); check OPEN311_API_KEY."
            )
        reason = read_reason(answer.content, answer.charset)
        return BackendUnavailable(
            f"{answer.url} answered HTTP {answer.status} ({reason}); try again later.", retry_after=answer.retry_after
        )

    async def _address(self, path: str) -> str:
        async with self._finding:
            if self._found is None:
                async with in_time(f"Looking for the endpoint at {self._url}"):
                    self._found = await self._find()
            return f"{self._found.base}/{path}.{self._found.format}"

    async def _find(self) -> Found:
        tried: list[str] = []
        documents = [self._url]
        if not DISCOVERY.search(self._url):
            if found := await self._probe(Offer(self._url, FORMATS), tried):
                return found
            documents = [f"{self._url}/discovery.{name}" for name in FORMATS]
        for document in documents:
            for offer in await self._offers(document, tried):
                if found := await self._probe(offer, tried):
                    return found
        raise BackendUnavailable(
            f"No GeoReport v2 endpoint was found ({'; '.join(tried)}). Set OPEN311_URL to what stands before "
            "/services.json or /services.xml, and OPEN311_JURISDICTION_ID if the endpoint serves several towns."
        )

    async def _probe(self, offer: Offer, tried: list[str]) -> Found | None:
        """Return the endpoint if it lists services in one of the formats; else write down what was tried."""
        for name in offer.formats:
            answer, tree = await self._read(f"{offer.url}/services.{name}", tried)
            if read_services(tree):
                # After redirects, so that reports, which are not redirected everywhere, go where they should.
                moved = re.fullmatch(rf"(.+)/services\.{name}/?", answer.url)
                return Found(moved[1] if moved else offer.url, name)
            if tree is not None:
                tried.append(f"{answer.url}: lists no services")
        return None

    async def _offers(self, document: str, tried: list[str]) -> list[Offer]:
        answer, tree = await self._read(document, tried)
        offers = [Offer(urljoin(answer.url, offer.url), offer.formats) for offer in read_offers(tree)]
        if tree is not None and not offers:
            tried.append(f"{answer.url}: names no GeoReport v2 endpoint")
        return offers

    async def _read(self, url: str, tried: list[str]) -> tuple[Answer, Any]:
        answer = await self._exchange.get(url, self._jurisdiction)
        tree = None
        if not answer.is_success:
            tried.append(f"{url}: HTTP {answer.status}")
            return answer, None
        try:
            tree = read_payload(answer.content, answer.charset)
        except BackendUnavailable:
            tried.append(f"{url}: neither JSON nor XML")
        return answer, tree
