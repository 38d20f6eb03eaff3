"""What the demo's phones have in common: who holds them, what they show, and how a provider's post leaves them."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from channels.http import read_json_body

#: One line of a phone's screen: `from` (me, town, carrier), `text`, and what else the phone shows of it.
Bubble = dict[str, Any]
BODY_LIMIT = 16 * 1024
SECONDS = 10.0


class Phone(ABC):
    """The phones of one kind; the page makes up which of them is the visitor's."""

    #: What the numbers of such phones look like, and the longest text that one takes.
    visitors: re.Pattern[str]
    longest: int

    def __init__(self) -> None:
        #: By visitor, what the ledger of the stand-in does not hold: each with how much it held then.
        self._own: defaultdict[str, list[tuple[int, Bubble]]] = defaultdict(list)

    @abstractmethod
    def ledger(self) -> Sequence[tuple[str, Bubble]]:
        """Return all that the town has sent so far, each with its visitor."""

    @abstractmethod
    async def send(self, visitor: str, content: dict[str, Any]) -> None:
        """Post to the town what a visitor's phone sends."""

    async def show(self, request: Request) -> Response:
        """Answer what the screen shows after its first `after` lines, and how many there are by now."""
        visitor, after = self._visitor(request.query_params.get("visitor")), request.query_params.get("after", "0")
        if not re.fullmatch(r"[0-9]{1,9}", after):
            raise HTTPException(422, "after must be the number of lines that the screen shows.")
        lines = self._screen(visitor)
        return JSONResponse(
            {"bubbles": lines[int(after) :], "count": len(lines)}, headers={"Cache-Control": "no-store"}
        )

    async def receive(self, request: Request) -> Response:
        """Take what a visitor sends; it is with the town when this answers."""
        try:
            content: Any = json.loads(await read_json_body(request, BODY_LIMIT))
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise HTTPException(422, "The body must be an object in JSON.")
        await self.send(self._visitor(content.get("visitor")), content)
        return Response(status_code=204)

    def keep(self, visitor: str, sender: str, text: str, **more: Any) -> None:
        """Put a line on the visitor's screen, below what the town has sent so far."""
        self._own[visitor].append((len(self.ledger()), {"from": sender, "text": text, **more}))

    def text_of(self, content: dict[str, Any]) -> str:
        """Return the text that a visitor typed."""
        text = content.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > self.longest:
            raise HTTPException(422, f"text must have 1 to {self.longest} characters.")
        return text

    def _visitor(self, given: object) -> str:
        if not isinstance(given, str) or not self.visitors.fullmatch(given):
            raise HTTPException(422, f"visitor must look like {self.visitors.pattern}.")
        return given

    def _screen(self, visitor: str) -> list[Bubble]:
        """Return both directions as they went: a line is only ever added below the others."""
        got = [((at, 1), line) for at, (to, line) in enumerate(self.ledger()) if to == visitor]
        # What was written when the ledger held three lines comes before its fourth.
        own = [((at, 0), line) for at, line in self._own.get(visitor, ())]
        return [line for _, line in sorted(own + got, key=lambda placed: placed[0])]


async def deliver(post: Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]) -> None:
    """Let `post` bring something to the town, as a provider would; raises 502 when the town does not take it."""
    try:
        # To this same process: a proxy that the environment names has no part in it.
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
            response = await post(client)
    except httpx.TransportError as error:
        raise HTTPException(502, f"The town was not reached ({type(error).__name__}); send it again.") from error
    if not response.is_success:
        raise HTTPException(502, f"The town refused the message ({response.status_code}); its log says why.")
