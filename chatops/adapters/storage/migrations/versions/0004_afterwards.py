"""What comes after an incident: post-mortems, action items, and the moments that are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "post_mortems",
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("whole", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name="fk_post_mortems_incident"),
        sa.PrimaryKeyConstraint("incident", name="pk_post_mortems"),
    )
    for name in ("began_at", "mitigated_at"):
        op.add_column("incidents", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE incidents SET mitigated_at = resolved_at")
    op.add_column(
        "incidents", sa.Column("scenario", sa.String(), nullable=False, server_default="")
    )
    op.add_column("tasks", sa.Column("type", sa.String(), nullable=False, server_default="task"))
    op.add_column("tasks", sa.Column("priority", sa.String(), nullable=True))
    op.add_column("tasks", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("criterion", "details", "origin", "url", "done_in"):
        op.add_column("tasks", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_index("ix_tasks_url", "tasks", ["url"])
