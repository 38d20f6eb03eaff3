"""The town's own terminal: staff write to the assistant from the machine it runs on, and read its answers as text."""

from __future__ import annotations

import asyncio
import hmac
import sys
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import Rejected
from bot.messages import Inbound, Outbound
from bot.settings import Settings, read_settings
from channels.base import Ports, look
from channels.http import is_plain, keep, read_body
from channels.text import numbered, plain

PATH = "/terminal/{name}"
#: Room for 4,096 characters of any script.
BODY_LIMIT = 16 * 1024
LONGEST_ID = 64
#: How long one question for news waits; the next one goes on where it ended.
WAIT_SECONDS = 20.0
#: Says up to which number an answer reaches: what the next question gives as `after`.
UNTIL_HEADER = "Messages-Until"


def build(settings: Settings, ports: Ports) -> TerminalChannel:
    """Return the channel; it needs nothing set up."""
    return TerminalChannel(key(settings.secret_key), ports)


def state(_: Settings) -> str:
    """Say whether the channel is on: always."""
    return "on"


def key(secret_key: str) -> str:
    """Return what opens the terminal: whoever can read the town's secret can make it."""
    return hmac.digest(secret_key.encode(), b"terminal", "sha256").hex()


class TerminalChannel:
    """Each name is one conversation; one key opens them all."""

    name = "terminal"

    def __init__(self, key: str, ports: Ports, *, wait: float = WAIT_SECONDS) -> None:
        self._authorization = f"Bearer {key}".encode()
        self._ports = ports
        self._wait = wait

    def routes(self) -> list[Route]:
        return [Route(PATH, self._receive, methods=["POST"]), Route(PATH, self._read, methods=["GET"])]

    async def run(self) -> None:
        """Nothing is done unasked."""

    async def send(self, outbound: Outbound) -> str:
        """Return at once: the terminal reads the message from the outbox, whenever it is there."""
        return outbound.id

    async def find(self, outbound: Outbound, since: datetime) -> str | None:
        """Never needed: sending does nothing."""
        return None

    def cost(self, outbound: Outbound) -> int:
        return 0

    async def fetch(self, source: str) -> bytes:
        """Never: a terminal sends words only."""
        raise Rejected("A terminal sends no pictures; there is nothing to fetch.")

    async def close(self) -> None:
        """Nothing is held open."""

    async def _receive(self, request: Request) -> Response:
        address = self._admitted(request)
        id = request.headers.get("idempotency-key", "")
        if not is_plain(id, LONGEST_ID):
            raise HTTPException(
                400, f"Idempotency-Key must be an id of at most {LONGEST_ID} characters, new each time."
            )
        inbound = Inbound(
            channel=self.name,
            # Another name cannot use this one's ids up.
            provider_id=f"{address}:{id}",
            address=address,
            text=await _text(request),
            received_at=self._ports.clock(),
        )
        await keep(self._ports.accept(inbound), inbound.provider_id)
        return Response(status_code=202)

    async def _read(self, request: Request) -> Response:
        """Answer what was said after a number, as soon as there is something; 204 when there is nothing for a while."""
        address, after = self._admitted(request), request.query_params.get("after", "0")
        if not (after.isascii() and after.isdecimal() and len(after) < 19):
            raise HTTPException(400, f"after must be a number: what {UNTIL_HEADER} said last, or 0.")
        said = await self._news(address, int(after))
        if not said:
            return Response(status_code=204)
        text = "\n\n".join(render(outbound) for _, outbound in said)
        return PlainTextResponse(text + "\n", headers={UNTIL_HEADER: str(said[-1][0]), "Cache-Control": "no-store"})

    async def _news(self, address: str, after: int) -> Sequence[tuple[int, Outbound]]:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._wait
        while True:
            left = max(0.0, end - loop.time())
            said = await look(self._ports.transcript, self.name, address, after, left)
            if said or not left:
                return said

    def _admitted(self, request: Request) -> str:
        """Return whose conversation it is, once the key has shown that staff ask."""
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, self._authorization):
            raise HTTPException(
                401, "The key is missing or wrong; run python -m channels.terminal on the town's machine."
            )
        name: str = request.path_params["name"]
        if not is_plain(name, LONGEST_ID):
            raise HTTPException(404, f"A name has at most {LONGEST_ID} printable characters.")
        return name


async def _text(request: Request) -> str:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/plain":
        raise HTTPException(415, "The body must be text/plain.")
    try:
        text = (await read_body(request, BODY_LIMIT)).decode("utf-8")
    except UnicodeDecodeError:
        raise HTTPException(400, "The body is not text in UTF-8.") from None
    if not text.strip() or "\0" in text:
        raise HTTPException(422, "The message must have something in it, and no NUL.")
    return text


def render(outbound: Outbound) -> str:
    """Return the message as a terminal shows it: no Markdown, choices as numbers, links to attachments."""
    return numbered("\n".join([plain(outbound.text), *outbound.attachments]), outbound.choices)


def talk(client: httpx.Client, name: str) -> None:
    """Post each line of standard input and print what is said to it; an empty line only asks for news."""
    after = "0"
    for line in sys.stdin:
        if line.strip():
            headers = {"Content-Type": "text/plain; charset=utf-8", "Idempotency-Key": str(uuid4())}
            client.post(f"/terminal/{name}", content=line.strip().encode(), headers=headers).raise_for_status()
        answer = client.get(f"/terminal/{name}", params={"after": after}).raise_for_status()
        after = answer.headers.get(UNTIL_HEADER, after)
        sys.stdout.write(answer.text or "Nothing new yet; press Enter to look again.\n")
        sys.stdout.flush()


def main(arguments: Sequence[str]) -> None:
    """Talk to the edge on this machine, in a conversation of its own or in one that is named."""
    settings = read_settings()
    headers = {"Authorization": f"Bearer {key(settings.secret_key)}"}
    address = f"http://{settings.host}:{settings.port}"
    with httpx.Client(base_url=address, headers=headers, timeout=WAIT_SECONDS + 10, trust_env=False) as client:
        talk(client, arguments[0] if arguments else uuid4().hex[:8])


if __name__ == "__main__":
    main(sys.argv[1:])
