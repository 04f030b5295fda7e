"""`chatops playbook …`: what can be done with a playbook from the shell."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chatops.adapters.playbooks.check import check, examine
from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.yaml_source import PlaybookProblem, UnknownPlaybook
from chatops.domain.playbook.policy import Playbook
from chatops.domain.team import audiences

playbook_app = typer.Typer(help="Work on playbooks: a team's policy and wording, as files.")


@playbook_app.callback()
def playbook() -> None:
    """Work on playbooks: a team's policy and wording, as files."""


@playbook_app.command("check")
def check_command(
    path: Annotated[str, typer.Argument(help="A playbook's folder, or the name of a shipped one.")],
) -> None:
    """Check a playbook, and say by file and line what is wrong and what would be right."""
    console = Console()
    try:
        folder = resolve(path)
    except UnknownPlaybook as error:
        console.print(escape(str(error)))
        raise typer.Exit(1) from error
    problems = check(folder)
    if problems:
        console.print(_table(problems))
        raise typer.Exit(1)
    examined = examine(folder)
    if examined.playbook is not None:
        own = sum(file.parent == folder for file in examined.files.values())
        console.print(escape(f"{folder} is fine. {_summary(examined.playbook, own)}"))


def _table(problems: list[PlaybookProblem]) -> Table:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    table = Table("Where", "Field", "What is wrong", title=count, title_justify="left")
    for column in table.columns:
        column.overflow = "fold"
    for problem in problems:
        place = f"{problem.file.parent.name}/{problem.file.name}:{problem.line}"
        table.add_row(escape(place), escape(problem.field), escape(problem.message))
    return table


def _summary(playbook: Playbook, own_texts: int) -> str:
    severities = ", ".join(severity.key for severity in playbook.severities)
    pipelines = ", ".join(pipeline.key for pipeline in playbook.hotfix.pipelines) or "none"
    people = ", ".join(sorted(audiences(playbook))) or "none"
    return (
        f"Severities: {severities}. Pipelines: {pipelines}. Texts of its own: {own_texts}."
        f"\nAudiences that chatops.yml should name: {people}."
    )
