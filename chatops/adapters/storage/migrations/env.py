"""Runs the revisions in the transaction that chatops.adapters.storage.run_revisions has begun."""

from alembic import context

from chatops.adapters.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
