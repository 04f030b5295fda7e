"""Plays the demo from its beginning to its end, and says how it went."""

from collections.abc import Callable

from rich.console import Console

from chatops.demo.actors import Actors, Narrator, StoryStopped
from chatops.demo.simulation import Simulation, open_stage
from chatops.demo.story import Story
from chatops.playground.shop.graph import LabelKind, Node, ShopGraph
from chatops.playground.shop.history import MAIN

_SUBJECT, _WIDTH = 44, 98


def drawn(graph: ShopGraph) -> list[str]:
    """A line for each commit, with its branch's column and names."""
    return [_line(graph, node) for node in graph.nodes]


def _line(graph: ShopGraph, node: Node) -> str:
    columns = "".join("* " if lane == node.lane else "| " for lane in range(len(graph.lanes)))
    names = [
        f"{label.text} runs it" if label.kind is LabelKind.DEPLOYED else label.text
        for label in node.labels
    ]
    named = f" ({', '.join(names)})" if names else ""
    line = f"  {columns} {node.short}{named} {node.subject[:_SUBJECT]}"
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _as_it_is(_stage: Simulation) -> None:
    """Leave everything as it is."""


def perform(
    console: Console, *, playbook: str, before: Callable[[Simulation], object] = _as_it_is
) -> int:
    """Play the demo; gives the exit code: 1 if it did not come to its end.

    ``before`` may bring trouble before the story begins.

    Raises:
        GitMissing, UnknownPlaybook, BrokenPlaybook
    """
    narrator = Narrator(console=console)
    with open_stage(playbook) as stage:
        before(stage)
        narrator.says(f"A demo by the playbook “{playbook}”: the real bot, its own Slack and git.")
        try:
            Story(stage=stage, cast=Actors(stage=stage, narrator=narrator)).tell()
        except StoryStopped as stopped:
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
