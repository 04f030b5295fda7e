"""Plays the drill from its beginning to its end, and says how it went."""

from collections.abc import Callable

from rich.console import Console

from chatops.drill.cast import Cast, Stopped
from chatops.drill.commits import drawn
from chatops.drill.narrator import Narrator
from chatops.drill.stage import Stage, open_stage
from chatops.drill.story import Story
from chatops.playground.code.history import MAIN


def _as_it_is(_stage: Stage) -> None:
    """Leave everything as it is."""


def perform(
    console: Console, *, playbook: str, before: Callable[[Stage], object] = _as_it_is
) -> int:
    """Play the drill; gives the exit code: 1 if it did not come to its end.

    ``before`` may bring trouble before the story begins.

    Raises:
        GitMissing, UnknownPlaybook, BrokenPlaybook
    """
    narrator = Narrator(console=console)
    with open_stage(playbook) as stage:
        before(stage)
        narrator.says(f"A drill by the playbook “{playbook}”: the real bot, its own Slack and git.")
        try:
            Story(stage=stage, cast=Cast(stage=stage, narrator=narrator)).tell()
        except Stopped as stopped:
            narrator.says(f"\n{stopped}", "bold red")
            return 1
        view = stage.shop.view()
        narrator.scene("The commits, newest first")
        for line in drawn(view.graph):
            narrator.says(line)
        lacking = [line.name for line in view.lines if not line.pays]
        brings = stage.known.playbook.hotfix.pipeline(stage.pipeline)
        if brings is None or brings.backport is None:
            lacking = [name for name in lacking if name != stage.shop.sample.develop]
            has = MAIN
        else:
            has = stage.shop.sample.develop
        if lacking:
            narrator.says(
                f"\nAll steps are done, but this lacks the fix: {', '.join(lacking)}", "red"
            )
            return 1
        narrator.says(f"\nAll steps are done; {has} has the fix.", "bold green")
    return 0
