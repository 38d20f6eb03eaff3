"""How a simulated server fails: a plan that says how often, and what becomes of one call by it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

ERRORS = (500, 502, 503)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """What goes wrong, the same way for the same seed; shares are of the calls, from 0 to 1.

    POST and GET have each their own dice: how often a client looks does not change what becomes of its reports.
    """

    seed: int = 0
    #: What it strikes: POST, GET, or both.
    calls: tuple[str, ...] = ("POST", "GET")
    #: Answered 500, 502 or 503, and nothing was done.
    errors: float = 0.0
    #: Done, and then the connection closes without an answer.
    lost: float = 0.0
    #: Done, and then the connection closes in the middle of the answer.
    truncated: float = 0.0
    #: Answered after `delay` seconds.
    slow: float = 0.0
    delay: float = 0.0
    #: From when until when everything is answered 503, as the gateway before a dead server does.
    down: tuple[tuple[datetime, datetime], ...] = ()
    #: Calls that are answered in any minute; the others are 429.
    per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one call; without a status it is done."""

    status: int | None = None
    retry_after: int | None = None
    lost: bool = False
    truncated: bool = False
    delay: float = 0.0

    def refusal(self) -> Response | None:
        """Return the answer when nothing is done."""
        if self.status is None:
            return None
        headers = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        return HTMLResponse(f"<html><h1>{self.status}</h1>The simulator fails.</html>", self.status, headers)


class Fates:
    """Tells the fate of each call, one after the other."""

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = plan
        # Chance that can be repeated is what is wanted here.
        self._dice = {method: Random(f"{plan.seed} {method}") for method in ("GET", "POST")}  # noqa: S311
        self._lately: deque[datetime] = deque()

    def next(self, method: str, now: datetime) -> Fate:
        """Return what becomes of a call that comes now."""
        dice, plan = self._dice[method], self._plan
        # Thrown for each call, so that an outage does not change what comes after it.
        fails, error, breaks, slow = dice.random(), dice.choice(ERRORS), dice.random(), dice.random()
        if method not in plan.calls:
            return Fate()
        if any(start <= now < end for start, end in plan.down):
            return Fate(503)
        if wait := self._wait(now):
            return Fate(429, retry_after=wait)
        return Fate(
            error if fails < plan.errors else None,
            lost=breaks < plan.lost,
            truncated=plan.lost <= breaks < plan.lost + plan.truncated,
            delay=plan.delay if slow < plan.slow else 0.0,
        )

    def _wait(self, now: datetime) -> int:
        """Return for how many seconds nothing more is answered; 0 counts this call."""
        while self._lately and self._lately[0] <= now - MINUTE:
            self._lately.popleft()
        if self._plan.per_minute is not None and len(self._lately) >= self._plan.per_minute:
            return max(1, round((self._lately[0] + MINUTE - now).total_seconds()))
        self._lately.append(now)
        return 0


class Cut(Response):
    """An answer that breaks off: in the middle, or before its first byte.

    The scope holds "hang_up", which closes the connection.
    """

    def __init__(self, whole: Response, *, after: int) -> None:
        super().__init__(whole.body[:after])
        self.status_code = whole.status_code
        self.raw_headers = whole.raw_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.body:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": self.body, "more_body": True})
        hang_up: Callable[[], None] = scope["hang_up"]
        hang_up()
        # Until the server has seen it too: it would send an error for an app that ends without an answer.
        while (await receive())["type"] != "http.disconnect":
            await asyncio.sleep(0)


def carried_out(fate: Fate, answer: Response) -> Response:
    """Return how the answer to a call that was done leaves."""
    if fate.lost:
        return Cut(answer, after=0)
    return Cut(answer, after=len(answer.body) // 2) if fate.truncated else answer
