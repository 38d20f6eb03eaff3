"""The event stream: what the town says to one session, from where the browser left off."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator

from bot.messages import Outbound
from channels.base import Transcript, look
from channels.markdown import Span, spans
from channels.text import legible

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
        "text": legible(outbound.text),
        "spans": [_shown(span) for span in spans(outbound.text)],
        "choices": [{"id": choice.id, "title": choice.title} for choice in outbound.choices],
        "attachments": list(outbound.attachments),
        "language": outbound.language,
    }
    return f"id: {seq}\nevent: message\ndata: {json.dumps(data)}\n\n"


def _shown(span: Span) -> dict[str, object]:
    """Return a piece of the text as the widget shows it, without what is false."""
    shown = {"text": legible(span.text), "bold": span.bold, "italic": span.italic, "link": span.link}
    return {name: value for name, value in shown.items() if value}


async def stream(
    transcript: Transcript, channel: str, address: str, after: int, *, heartbeat: float = HEARTBEAT_SECONDS
) -> AsyncGenerator[str, None]:
    """Yield what is said to `address` after number `after`, as it is said, without end."""
    yield ": welcome\n\n"
    loop = asyncio.get_running_loop()
    quiet_since = loop.time()
    try:
        while True:
            left = max(0.0, quiet_since + heartbeat - loop.time())
            for seq, outbound in await look(transcript, channel, address, after, left):
                after = seq
                quiet_since = loop.time()
                yield frame(seq, outbound)
            if loop.time() - quiet_since >= heartbeat:
                quiet_since = loop.time()
                yield ": still here\n\n"
    except Exception as error:
        # The browser connects again and goes on where it was; only the kind of error, never what it repeats.
        logger.error("An event stream of session %s broke: %s", address, type(error).__name__)
