"""`chatops migrate`, `export` and `import`: a database brought up to date, or moved to another."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from chatops import __version__
from chatops.adapters.storage.dump import read_in, write_out
from chatops.adapters.storage.migrate import current_revision, upgrade
from chatops.cli.opening import open_database
from chatops.clock import SystemClock
from chatops.domain.errors import UserError


def migrate_command() -> None:
    """Bring the database's tables up to date."""
    with open_database() as engine:
        before = current_revision(engine)
        upgrade(engine)
        after = current_revision(engine)
    done = "up to date already" if before == after else f"brought from {before or 'nothing'}"
    sys.stdout.write(f"The tables are at {after}, {done}.\n")


def export_command(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
) -> None:
    """Write everything that is stored to a file, also while the bot runs."""
    with open_database() as engine, _new(file) as stream:
        count = write_out(engine, stream, release=__version__)
    sys.stdout.write(f"{count} rows are in {file}. It holds private incidents: keep it safe.\n")


def import_command(
    file: Annotated[Path, typer.Argument(help="A file that `chatops export` has written.")],
) -> None:
    """Fill an empty database, of either kind, with what was exported from another."""
    with open_database() as engine, _opened(file) as stream:
        count = read_in(engine, stream, SystemClock().now())
    sys.stdout.write(f"{count} rows are imported.\n")


@contextmanager
def _new(file: Path) -> Iterator[TextIO]:
    """A file for nobody else to read; it is gone again if it could not be written to its end."""
    try:
        stream = os.fdopen(
            os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        )
    except OSError as error:
        raise unusable_file(file, error) from error
    with stream:
        try:
            yield stream
        except BaseException:
            file.unlink()
            raise


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    try:
        stream = file.open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise unusable_file(file, error) from error
    with stream:
        yield stream


def unusable_file(file: Path, error: OSError) -> UserError:
    """A file cannot be written or read."""
    return UserError(f"{file}: {error.strerror}. Nothing was done.")
