"""The event stream: what the town says to one session, from where the browser left off."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator

from bot.messages import Outbound
from channels.base import Transcript

logger = logging.getLogger(__name__)

#: Proxies close a connection on which nothing moves, often after 30 or 60 seconds.
HEARTBEAT_SECONDS = 15.0
#: The largest number a message can have: an id above it was never given out.
HIGHEST = 2**63 - 1


def read_last_event_id(header: str) -> int:
    """Return where to go on; anything that is not a number of ours means from the beginning."""
    plausible = header.isascii() and header.isdecimal() and len(header) < 20
    return int(header) if plausible and int(header) <= HIGHEST else 0


def frame(seq: int, outbound: Outbound) -> str:
    """Return one server-sent event; a choice's payload stays on our side."""
    data = {
        "id": outbound.id,
        "text": outbound.text,
        "choices": [{"id": choice.id, "title": choice.title} for choice in outbound.choices],
        "attachments": list(outbound.attachments),
        "language": outbound.language,
    }
    return f"id: {seq}\nevent: message\ndata: {json.dumps(data)}\n\n"


async def stream(
    transcript: Transcript, address: str, after: int, *, heartbeat: float = HEARTBEAT_SECONDS
) -> AsyncIterator[str]:
    """Yield what is said to `address` after number `after`, as it is said, without end."""
    yield ": welcome\n\n"
    quiet_since = asyncio.get_running_loop().time()
    try:
        while True:
            # Begin to listen before looking, so that what comes in between is not missed.
            change = asyncio.ensure_future(transcript.changed(heartbeat))
            try:
                for seq, outbound in await transcript.since(address, after):
                    after = seq
                    yield frame(seq, outbound)
                    quiet_since = asyncio.get_running_loop().time()
                await change
            finally:
                change.cancel()
            if asyncio.get_running_loop().time() - quiet_since >= heartbeat:
                yield ": still here\n\n"
                quiet_since = asyncio.get_running_loop().time()
    except Exception as error:
        # The browser connects again and goes on where it was; only the kind of error, never what it repeats.
        logger.error("An event stream of session %s broke: %s", address, type(error).__name__)
