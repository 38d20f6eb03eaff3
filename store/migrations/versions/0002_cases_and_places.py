"""Cases that are followed, interviews that wait, the catalogue's last good copy, pictures, the directory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)


def _conversation_id(*, primary_key: bool = False) -> sa.Column[str]:
    conversation = sa.ForeignKey("conversations.id")
    return sa.Column("conversation_id", sa.String(36), conversation, primary_key=primary_key, nullable=False)


def upgrade() -> None:
    op.add_column("submissions", sa.Column("token", sa.String(255)))
    op.add_column("submissions", sa.Column("tried_at", TIME))
    op.add_column("requests", sa.Column("contact", sa.JSON))
    op.create_index("ix_requests_requested", "requests", ["requested_datetime"])
    _media()
    _follows()
    _interviews()
    _catalogues()
    _places()


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("content_type", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )


def _follows() -> None:
    op.create_table(
        "follows",
        _conversation_id(primary_key=True),
        sa.Column("service_request_id", sa.String(64), primary_key=True),
        sa.Column("reference", sa.String(32)),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False, server_default=""),
        sa.Column("status_notes", sa.Text, nullable=False, server_default=""),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("next_look_at", TIME),
    )
    op.create_index("ix_follows_next_look", "follows", ["next_look_at"])


def _interviews() -> None:
    op.create_table(
        "interviews",
        sa.Column("id", sa.String(36), primary_key=True),
        _conversation_id(),
        sa.Column("code", sa.String(16), unique=True),
        sa.Column("state", sa.JSON, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("reminded_at", TIME),
    )
    op.create_index("ix_interviews_conversation", "interviews", ["conversation_id"])
    op.create_index("ix_interviews_reminded_updated", "interviews", ["reminded_at", "updated_at"])


def _catalogues() -> None:
    op.create_table(
        "catalogues",
        sa.Column("source", sa.String(255), primary_key=True),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("services", sa.JSON, nullable=False),
        sa.Column("fetched_at", TIME, nullable=False),
    )


def _places() -> None:
    op.create_table(
        "places",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        sa.Column("updated_at", TIME, nullable=False),
    )
