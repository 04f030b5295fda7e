"""The verbs of the command line, each with its sentence and the place where it is carried out."""

import sys

from typer.core import TyperGroup

from chatops.cli.later import Later
from chatops.domain.errors import StorageError, UserError

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
        "chatops.cli.migrate:migrate_command",
        "Bring the database's tables up to date.",
    ),
    Later(
        "export",
        "chatops.cli.moving:export_command",
        "Write everything that is stored to a file, also while the bot runs.",
    ),
    Later(
        "import",
        "chatops.cli.moving:import_command",
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
