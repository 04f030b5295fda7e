"""The verbs of the command line: each is loaded when somebody asks for it, and not before."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from chatops.domain.errors import StorageError, UserError


class Later(TyperCommand):
    """Stands for the command or the group of commands at ``where``: ``package.module:name``."""

    def __init__(self, name: str, where: str, sentence: str) -> None:
        super().__init__(name, help=sentence)
        self.where = where

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the arguments, as what it stands for does, and carry that out."""
        return self.loaded().make_context(*args, **kwargs)

    def loaded(self) -> Any:
        """What it stands for."""
        module, _, attribute = self.where.partition(":")
        with _nothing_collected():
            found = getattr(import_module(module), attribute)
        home = typer.Typer()
        if isinstance(found, typer.Typer):
            home.add_typer(found, name=self.name)
        else:
            home.command(self.name)(found)
        return get_group(home).commands[str(self.name)]


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Modules stay: to look for garbage among them takes a quarter of the time, and finds none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


#: Verb, where it is carried out, and what `chatops --help` says of it without going there.
VERBS = (
    Later(
        "incident",
        "chatops.cli.shell.command:incident_command",
        "Do from a terminal what people do in Slack; `chatops incident help` lists it.",
    ),
    Later(
        "hotfix",
        "chatops.cli.shell.hotfix:hotfix_command",
        "Bring a fix to production from a terminal; `chatops hotfix help` lists what there is.",
    ),
    Later(
        "serve",
        "chatops.cli.serve:serve_command",
        "Start the bot: over HTTP, or by Socket Mode when SLACK_APP_TOKEN is set.",
    ),
    Later(
        "play",
        "chatops.cli.play:play_command",
        "Open a Slack workspace in the browser, with the bot in it; no account is needed.",
    ),
    Later(
        "doctor",
        "chatops.cli.doctor:doctor_command",
        "Check everything the bot needs, and say how to mend what is wrong.",
    ),
    Later(
        "migrate",
        "chatops.cli.database:migrate_command",
        "Bring the database's tables up to date.",
    ),
    Later(
        "export",
        "chatops.cli.database:export_command",
        "Write everything that is stored to a file, also while the bot runs.",
    ),
    Later(
        "import",
        "chatops.cli.database:import_command",
        "Fill an empty database, of either kind, with what was exported from another.",
    ),
    Later(
        "version",
        "chatops.cli.version:version_command",
        "Print the version.",
    ),
    Later(
        "playbook",
        "chatops.adapters.playbooks.shell:playbook_app",
        "Work on playbooks: a team's policy and wording, as files.",
    ),
    Later(
        "git",
        "chatops.adapters.git.shell:git_app",
        "Ask git what the bot would ask it: is a fix there, and would it apply?",
    ),
    Later(
        "drill",
        "chatops.adapters.playbooks.drill_shell:drill_app",
        "Work on the scenarios of tabletop drills.",
    ),
)

chatops = TyperGroup(
    name="chatops",
    help="The incident bot for Slack that keeps its promises.",
    no_args_is_help=True,
    commands=VERBS,
)


def main() -> None:
    """Run the command line; a mistake is told in one line, without a trace."""
    try:
        chatops()
    except (UserError, StorageError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from error
