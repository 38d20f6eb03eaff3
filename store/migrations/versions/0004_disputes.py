"""Disputes of closed cases, and finding open cases of a service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    case = sa.ForeignKey("requests.service_request_id")
    op.create_table(
        "disputes",
        sa.Column("reference", sa.String(64), primary_key=True),
        sa.Column("service_request_id", sa.String(64), case, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_requests_service_status", "requests", ["service_code", "status"])
