"""Alerts, and the incidents that they gave rise to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name="fk_alerts_incident"),
        sa.PrimaryKeyConstraint("team", "key", name="pk_alerts"),
    )
