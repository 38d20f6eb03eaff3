"""When a followed case was last known, and when it last changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("follows", sa.Column("seen_at", TIME))
    op.add_column("follows", sa.Column("changed_at", TIME))
