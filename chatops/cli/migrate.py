"""`chatops migrate`: tables as this release needs them."""

import sys

from chatops.adapters.storage.migrate import current_revision, upgrade
from chatops.cli.opening import open_database


def migrate_command() -> None:
    """Bring the database's tables up to date."""
    with open_database() as engine:
        before = current_revision(engine)
        upgrade(engine)
        after = current_revision(engine)
    done = "up to date already" if before == after else f"brought from {before or 'nothing'}"
    sys.stdout.write(f"The tables are at {after}, {done}.\n")
