"""Numbers over months are counted without reading whole timelines."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COUNTED = sa.text("kind IN ('update', 'holding', 'hotfix_refused')")


def upgrade() -> None:
    op.create_index("ix_incidents_declared_at", "incidents", ["team", "declared_at"])
    op.create_index(
        "ix_timeline_counted",
        "timeline",
        ["incident"],
        sqlite_where=_COUNTED,
        postgresql_where=_COUNTED,
    )
