"""`chatops drill …`: what can be done with scenarios from the shell."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chatops.adapters.playbooks.folders import find_templates
from chatops.adapters.playbooks.scenarios import (
    DRILLS,
    BrokenScenario,
    load_scenario,
    scenario_files,
)
from chatops.adapters.playbooks.yaml_source import PlaybookProblem
from chatops.domain.time.durations import spoken

drill_app = typer.Typer(help="Work on the scenarios of tabletop drills.")


@drill_app.callback()
def drill() -> None:
    """Work on the scenarios of tabletop drills; `chatops incident drill …` plays them."""


@drill_app.command("check")
def check_command(
    path: Annotated[
        Path | None, typer.Argument(help="A scenario's file or a folder; else the shipped ones.")
    ] = None,
) -> None:
    """Check scenarios, and say by file and line what is wrong and what would be right."""
    console = Console()
    where = path or find_templates() / DRILLS
    files = scenario_files(where) if where.is_dir() else (where,)
    problems: list[PlaybookProblem] = []
    for file in files:
        try:
            found = load_scenario(file)
        except BrokenScenario as broken:
            problems += broken.problems
            continue
        events, lasts = len(found.events), spoken(found.ends_after)
        console.print(escape(f"{file} is fine: {found.title}. {events} events, {lasts}."))
    if not files:
        console.print(escape(f"There is no .yml file in {where}."))
    if problems:
        console.print(_table(problems))
    if problems or not files:
        raise typer.Exit(1)


def _table(problems: list[PlaybookProblem]) -> Table:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    table = Table("Where", "Field", "What is wrong", title=count, title_justify="left")
    for column in table.columns:
        column.overflow = "fold"
    for problem in problems:
        place = f"{problem.file.name}:{problem.line}"
        table.add_row(escape(place), escape(problem.field), escape(problem.message))
    return table
