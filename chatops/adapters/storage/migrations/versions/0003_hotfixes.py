"""Hotfixes, and promises that say what they are about."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hotfixes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("whole", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name="fk_hotfixes_incident"),
        sa.PrimaryKeyConstraint("id", name="pk_hotfixes"),
        sa.UniqueConstraint("incident", "number", name="uq_hotfixes_incident_number"),
    )
    op.create_index(
        "ix_hotfixes_open",
        "hotfixes",
        ["id"],
        sqlite_where=sa.text("open"),
        postgresql_where=sa.text("open"),
    )
    op.add_column("promises", sa.Column("about", sa.String(), nullable=False, server_default=""))
