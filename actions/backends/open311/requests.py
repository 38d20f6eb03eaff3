"""Reading a town's requests: page by page, by their numbers, one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

from actions.backends.open311.endpoint import Endpoint
from actions.backends.open311.georeport import number_of, read_requests
from bot.errors import BackendAmbiguous

T = TypeVar("T")
R = TypeVar("R")

#: Calls to the town side by side, within one of ours.
AT_ONCE = 5
#: Numbers that one call asks for.
NUMBERS_AT_ONCE = 50
PAGE_SIZE = "100"


class Requests:
    """The requests of one endpoint, as records in Open311's field names. Failures are BackendUnavailable."""

    def __init__(self, endpoint: Endpoint, api_key: str | None) -> None:
        self._endpoint = endpoint
        #: What shows a request's words: some servers, ours too, show them only to who has a key.
        self.with_words = {"extensions": "true", **({"api_key": api_key} if api_key else {})}

    async def pages(
        self, most: int, service_code: str, since: datetime, until: datetime, more: Mapping[str, str]
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield the requests of a service, page by page while a page has new ones: many servers know no pages.

        Servers that ignore a filter bring others too. Raises BackendAmbiguous after `most` pages, as there may be more.
        """
        params = {"service_code": service_code, "start_date": _w3c(since), "end_date": _w3c(until), **more}
        params["page_size"] = PAGE_SIZE
        seen: set[str] = set()
        for page in range(1, most + 1):
            # Some count pages from 0: the first one is everywhere the one that nobody named.
            which = {"page": str(page)} if page > 1 else {}
            found = read_requests(await self._endpoint.get("requests", {**params, **which}, one=page > 1))
            new = {key: request for request in found if (key := number_of(request) or repr(request)) not in seen}
            if not new:
                return
            seen |= new.keys()
            yield list(new.values())
        raise BackendAmbiguous("The town's list of requests does not end; ask the town for this report.")

    async def one(self, number: str) -> dict[str, Any] | None:
        """Return a request, or None when the town does not know it."""
        tree = await self._endpoint.get(f"requests/{segment(number)}", self.with_words, one=True)
        return next((request for request in read_requests(tree) if number_of(request) == number), None)

    async def whole(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return a request of a list as it shows by itself: some lists leave the words out."""
        number = number_of(request)
        return (number and await self.one(number)) or request

    async def known(self, numbers: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the requests that the town knows, by their numbers."""
        found: dict[str, dict[str, Any]] = {}
        for at in range(0, len(numbers), NUMBERS_AT_ONCE):
            some = ",".join(numbers[at : at + NUMBERS_AT_ONCE])
            tree = await self._endpoint.get("requests", {"service_request_id": some}, one=True)
            found.update({number_of(request): request for request in read_requests(tree)})
        # Some servers do not read a list with commas, or cut it to a page.
        alone = await side_by_side(self.one, [number for number in numbers if number not in found])
        found.update({number_of(request): request for request in alone if request})
        return {number: found[number] for number in numbers if number in found}


def segment(code: str) -> str:
    """Return a code or number as one part of a path."""
    return quote(code, safe="")


def _w3c(moment: datetime) -> str:
    """Return a moment as W3C writes it, in UTC: careless servers lose the "+" of another zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def side_by_side(ask: Callable[[T], Awaitable[R]], about: Iterable[T]) -> list[R]:
    """Ask about each, at most five at once, and return the answers in order; the first failure ends all."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(what: T) -> R:
        async with places:
            return await ask(what)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(what)) for what in about]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
