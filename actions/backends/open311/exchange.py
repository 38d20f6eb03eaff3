"""One HTTP call to a town's endpoint: timed, bounded, and its failures by the names that say what they mean."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from bot.errors import BackendAmbiguous, BackendUnavailable

#: Seconds; each wait by itself, and a whole call with its repetitions.
TIMEOUT = httpx.Timeout(10, connect=5)
LONGEST_CALL = 15.0
#: Seconds between the tries of a GET.
PAUSES = (0.2, 0.6)
LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=10)
#: Bytes of one answer.
LARGEST_ANSWER = 20 * 1024 * 1024
MOST_REDIRECTS = 5
#: With these the request never left.
NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
#: Redirects that say: not here, send the same there. The others may follow a report that was taken.
SAME_ELSEWHERE = (301, 307, 308)


class TooLarge(httpx.RequestError):
    """The answer is longer than we read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    content: bytes = b""
    #: As the content type declares it.
    charset: str | None = None
    #: Where it came from in the end, after redirects.
    url: str = ""
    #: Where a redirect that was not followed leads.
    location: str = ""
    #: Seconds that the server asks us to wait.
    retry_after: float | None = None

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


@asynccontextmanager
async def in_time(what: str, seconds: float = LONGEST_CALL) -> AsyncIterator[None]:
    """Give a block so much time. Raises BackendUnavailable when it takes longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise BackendUnavailable(f"{what} took longer than {seconds:.0f} s; try again later.") from None


class Exchange:
    """The connections to one town."""

    def __init__(self, timeout: httpx.Timeout = TIMEOUT, longest_call: float = LONGEST_CALL) -> None:
        self._longest_call = longest_call
        self._http = httpx.AsyncClient(
            timeout=timeout, limits=LIMITS, max_redirects=MOST_REDIRECTS, headers={"User-Agent": "Townclerk"}
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def get(self, url: str, params: Mapping[str, str]) -> Answer:
        """Return the answer, after up to three tries. Raises BackendUnavailable when none comes."""
        async with in_time(url, self._longest_call):
            for pause in PAUSES:
                try:
                    answer = await self._get(url, params)
                    if answer.status < 500:
                        return answer
                except BackendUnavailable:
                    pass
                await asyncio.sleep(pause)
            return await self._get(url, params)

    async def _get(self, url: str, params: Mapping[str, str]) -> Answer:
        try:
            address = httpx.URL(url).copy_merge_params(params)
            return await self._send("GET", address, follow_redirects=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise BackendUnavailable(f"{url} did not answer ({type(error).__name__}); try again later.") from error

    async def post(self, url: str, form: Sequence[tuple[str, str]]) -> Answer:
        """Send a form once and return the answer.

        Raises BackendUnavailable if it certainly did not arrive, BackendAmbiguous if it may have.
        """
        try:
            async with asyncio.timeout(self._longest_call):
                answer = await self._post(httpx.URL(url), form)
                if elsewhere := _moved(answer):
                    answer = await self._post(elsewhere, form)
                return answer
        except NOT_SENT as error:
            raise BackendUnavailable(f"{url} cannot be reached ({type(error).__name__}); try again later.") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise BackendAmbiguous(
                f"{url} did not confirm ({type(error).__name__}); look up the reference before trying again."
            ) from error

    async def _post(self, url: httpx.URL, form: Sequence[tuple[str, str]]) -> Answer:
        body = urlencode(form, errors="replace").encode()
        return await self._send(
            "POST", url, content=body, headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        )

    async def _send(self, method: str, url: httpx.URL, **how: Any) -> Answer:
        async with self._http.stream(method, url, **how) as response:
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > LARGEST_ANSWER:
                    raise TooLarge(f"more than {LARGEST_ANSWER} bytes")
            return Answer(
                status=response.status_code,
                content=bytes(content),
                charset=response.charset_encoding,
                url=str(response.url.copy_with(query=None)),
                location=response.headers.get("location", ""),
                retry_after=_seconds(response.headers.get("retry-after", "")),
            )


def _moved(answer: Answer) -> httpx.URL | None:
    """Return where a form is to be sent instead; never to another host or in the clear: it holds the town's key."""
    if answer.status not in SAME_ELSEWHERE or not answer.location:
        return None
    here, there = httpx.URL(answer.url), httpx.URL(answer.url).join(answer.location)
    safe = there.scheme in ("https", here.scheme) and there.host == here.host
    return there if safe and there.scheme in ("http", "https") else None


def _seconds(header: str) -> float | None:
    """Return how long to wait; None when the header is missing, or a date, which few servers write."""
    return float(header) if header.isascii() and header.isdecimal() and len(header) <= 6 else None
