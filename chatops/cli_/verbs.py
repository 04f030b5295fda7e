"""The command line: start the bot, try it, look after it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from sqlalchemy import Engine

from chatops import __version__
from chatops.clock import SystemClock
from chatops.doctor.examination import examine
from chatops.domain.errors import Mistake
from chatops.drill.performance import perform
from chatops.gitops.shell import git_app
from chatops.incident_shell.command import incident_command
from chatops.incident_shell.hotfix import hotfix_command
from chatops.logs import set_up_logging
from chatops.playbooks.drill_shell import drill_app
from chatops.playbooks.shell import playbook_app
from chatops.playing import play
from chatops.serving import serve
from chatops.settings import LogFormat, LogLevel, Settings, read_settings
from chatops.storage.engines import open_engine
from chatops.storage.errors import StorageUnavailable
from chatops.storage.migrate import current_revision, upgrade
from chatops.storage.moving import read_in, write_out

app = typer.Typer(
    name="chatops",
    help="The incident bot for Slack that keeps its promises.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(playbook_app, name="playbook")
app.add_typer(git_app, name="git")
app.add_typer(drill_app, name="drill")
app.command("incident")(incident_command)
app.command("hotfix")(hotfix_command)


def main() -> None:
    """Run the command line; a mistake is told in one line, without a trace."""
    with _told():
        app()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (Mistake, StorageUnavailable) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from error


def _settings() -> Settings:
    settings = read_settings()
    set_up_logging(level=settings.log_level, style=settings.log_format, secrets=settings.secrets)
    return settings


@app.command("serve")
def serve_command() -> None:
    """Start the bot: over HTTP, or by Socket Mode when SLACK_APP_TOKEN is set."""
    serve(_settings())


@app.command("play")
def play_command(
    port: Annotated[int, typer.Option(help="Port of the page; 0 for any that is free.")] = 8765,
    playbook: Annotated[str, typer.Option(help="A shipped playbook or a folder.")] = "priority",
    data: Annotated[
        Path | None, typer.Option(help="Folder to keep the incidents in; else they are forgotten.")
    ] = None,
    *,
    drill: Annotated[
        bool, typer.Option("--drill", help="Play a whole hotfix by script in the terminal instead.")
    ] = False,
) -> None:
    """Open a Slack workspace in the browser, with the bot in it; no account is needed."""
    if drill:
        set_up_logging(level=LogLevel.ERROR, style=LogFormat.TEXT, secrets=())
        raise SystemExit(perform(Console(), playbook=playbook))
    play(port=port, playbook=playbook, data=data)


@app.command("doctor")
def doctor_command() -> None:
    """Check everything the bot needs, and say how to mend what is wrong."""
    raise SystemExit(examine(None, clock=SystemClock(), console=Console()))


@app.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables up to date."""
    engine = open_engine(_settings().database)
    try:
        before = current_revision(engine)
        upgrade(engine)
        after = current_revision(engine)
    finally:
        engine.dispose()
    done = "up to date already" if before == after else f"brought from {before or 'nothing'}"
    sys.stdout.write(f"The tables are at {after}, {done}.\n")


@app.command("export")
def export_command(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
) -> None:
    """Write everything that is stored to a file, also while the bot runs."""
    with _database() as engine, _new(file) as stream:
        count = write_out(engine, stream, release=__version__)
    sys.stdout.write(f"{count} rows are in {file}. It holds private incidents: keep it safe.\n")


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="A file that `chatops export` has written.")],
) -> None:
    """Fill an empty database, of either kind, with what was exported from another."""
    with _database() as engine, _opened(file) as stream:
        count = read_in(engine, stream, SystemClock().now())
    sys.stdout.write(f"{count} rows are imported.\n")


@contextmanager
def _database() -> Iterator[Engine]:
    engine = open_engine(_settings().database)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _new(file: Path) -> Iterator[TextIO]:
    """A file for nobody else to read; it is gone again if it could not be written to its end."""
    try:
        stream = os.fdopen(
            os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        )
    except OSError as error:
        raise UnusableFile(file, error) from error
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
        raise UnusableFile(file, error) from error
    with stream:
        yield stream


class UnusableFile(Mistake):
    """A file cannot be written or read."""

    def __init__(self, file: Path, error: OSError) -> None:
        super().__init__(f"{file}: {error.strerror}. Nothing was done.")


@app.command("version")
def version_command() -> None:
    """Print the version."""
    sys.stdout.write(f"{__version__}\n")
