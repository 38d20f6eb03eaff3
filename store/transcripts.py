"""A conversation as it went: what both sides said, in order."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from bot.messages import Inbound, Outbound
from store.codec import decode_inbound, decode_outbound
from store.tables import conversations, inbox, outbox


def last(conn: Connection, channel: str, address: str, limit: int) -> list[Inbound | Outbound]:
    """Return the last `limit` messages from and to this address, oldest first."""
    here = conversations.c.channel == channel, conversations.c.address == address
    conversation_id = conn.scalar(select(conversations.c.id).where(*here))
    said = select(inbox.c.received_at, inbox.c.body).where(inbox.c.conversation_id == conversation_id)
    answered = select(outbox.c.created_at, outbox.c.body).where(outbox.c.conversation_id == conversation_id)
    theirs = conn.execute(said.order_by(inbox.c.seq.desc()).limit(limit)).all()
    ours = conn.execute(answered.order_by(outbox.c.seq.desc()).limit(limit)).all()
    # The number breaks ties: several replies of one turn have one time.
    both: list[tuple[datetime, int, int, Inbound | Outbound]]
    both = [(at, 0, -n, decode_inbound(body)) for n, (at, body) in enumerate(theirs)]
    both += [(at, 1, -n, decode_outbound(body)) for n, (at, body) in enumerate(ours)]
    return [message for *_, message in sorted(both, key=lambda entry: entry[:3])][-limit:]
