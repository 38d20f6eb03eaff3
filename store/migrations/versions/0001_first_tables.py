"""The first tables: conversations, inbox, outbox, tracker events, submissions, alerts, service requests."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)
CONVERSATION = "conversations.id"


def _seq() -> sa.Column[int]:
    return sa.Column("seq", SEQUENCE, primary_key=True, autoincrement=True)


def _attempts() -> tuple[sa.Column[int], sa.Column[datetime]]:
    return (
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_attempt_at", TIME, nullable=False),
    )


def _conversation_id() -> sa.Column[str]:
    return sa.Column("conversation_id", sa.String(36), sa.ForeignKey(CONVERSATION), nullable=False)


def upgrade() -> None:
    _conversations()
    _inbox()
    _outbox()
    _tracker_events()
    _submissions()
    _alerts()
    _requests()


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("lease_owner", sa.String(64)),
        sa.Column("lease_until", TIME),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("channel", "address", name="uq_conversations_channel_address"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        _seq(),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("provider_id", sa.String(255), nullable=False),
        _conversation_id(),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *_attempts(),
        sa.Column("error", sa.String(255)),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("done_at", TIME),
        sa.UniqueConstraint("channel", "provider_id", name="uq_inbox_channel_provider_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_state_conversation", "inbox", ["state", "conversation_id", "seq"])
    op.create_index("ix_inbox_state_seq", "inbox", ["state", "seq"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        _seq(),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        _conversation_id(),
        sa.Column("inbox_id", sa.String(36)),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *_attempts(),
        sa.Column("provider_id", sa.String(255)),
        sa.Column("error", sa.String(255)),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("sent_at", TIME),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_state_next", "outbox", ["state", "next_attempt_at"])
    op.create_index("ix_outbox_state_conversation", "outbox", ["state", "conversation_id", "seq"])
    op.create_index("ix_outbox_conversation", "outbox", ["conversation_id", "seq"])
    op.create_index("ix_outbox_provider", "outbox", ["channel", "provider_id"])
    op.create_index("ix_outbox_address", "outbox", ["channel", "address", "seq"])


def _tracker_events() -> None:
    op.create_table(
        "tracker_events",
        sa.Column("conversation_id", sa.String(36), sa.ForeignKey(CONVERSATION), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event", sa.JSON, nullable=False),
    )


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("reference", sa.String(32), primary_key=True),
        _conversation_id(),
        sa.Column("effect", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *_attempts(),
        sa.Column("service_request_id", sa.String(64)),
        sa.Column("error", sa.String(255)),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("submitted_at", TIME),
    )
    op.create_index("ix_submissions_state_next", "submissions", ["state", "next_attempt_at"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        _seq(),
        sa.Column("kind", sa.String(32), nullable=False),
        _conversation_id(),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("resolved_at", TIME),
        sa.UniqueConstraint("kind", "subject", name="uq_alerts_kind_subject"),
        sqlite_autoincrement=True,
    )


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("service_request_id", sa.String(64), primary_key=True),
        sa.Column("reference", sa.String(64), nullable=False, unique=True),
        sa.Column("service_code", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("status_notes", sa.Text, nullable=False, server_default=""),
        sa.Column("description", sa.Text, nullable=False, server_default=""),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("address", sa.Text, nullable=False, server_default=""),
        sa.Column("lat", sa.Float),
        sa.Column("long", sa.Float),
        sa.Column("media_url", sa.Text),
        sa.Column("requested_datetime", TIME, nullable=False),
        sa.Column("updated_datetime", TIME, nullable=False),
    )
