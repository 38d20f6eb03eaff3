"""Silence that citizens asked for, what messages cost, tries that may have arrived, and marks of channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.add_column("conversations", sa.Column("silence", sa.String(16)))
    op.add_column("outbox", sa.Column("tried_at", time))
    op.add_column("outbox", sa.Column("cost", sa.Integer, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("spent_at", time))
    op.create_index("ix_outbox_channel_spent", "outbox", ["channel", "spent_at"])
    op.create_index("ix_inbox_conversation_received", "inbox", ["conversation_id", "received_at"])
    op.create_table("marks", sa.Column("name", sa.String(64), primary_key=True), sa.Column("at", time, nullable=False))
