"""`chatops play`: the playground in the browser, or a whole hotfix by script in the terminal."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chatops.demo.playground import play
from chatops.demo.story import perform
from chatops.logs import set_up_logging
from chatops.settings import LogFormat, LogLevel


def play_command(
    port: Annotated[int, typer.Option(help="Port of the page; 0 for any that is free.")] = 8765,
    playbook: Annotated[str, typer.Option(help="A shipped playbook or a folder.")] = "priority",
    data: Annotated[
        Path | None, typer.Option(help="Folder to keep the incidents in; else they are forgotten.")
    ] = None,
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="Play a whole hotfix by script in the terminal instead.")
    ] = False,
    # what --demo was called when a drill could be either
    drill: Annotated[bool, typer.Option("--drill", hidden=True)] = False,
) -> None:
    """Open a Slack workspace in the browser, with the bot in it; no account is needed."""
    if demo or drill:
        set_up_logging(level=LogLevel.ERROR, style=LogFormat.TEXT, secrets=())
        raise SystemExit(perform(Console(), playbook=playbook))
    play(port=port, playbook=playbook, data=data)
