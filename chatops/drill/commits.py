"""Draws the shop's commits as text: a column for each branch, newest first."""

from chatops.playground.code.graph import Graph, LabelKind, Node

_SUBJECT, _WIDTH = 44, 98


def drawn(graph: Graph) -> list[str]:
    """A line for each commit, with its branch's column and names."""
    return [_line(graph, node) for node in graph.nodes]


def _line(graph: Graph, node: Node) -> str:
    columns = "".join("* " if lane == node.lane else "| " for lane in range(len(graph.lanes)))
    names = [
        f"{label.text} runs it" if label.kind is LabelKind.DEPLOYED else label.text
        for label in node.labels
    ]
    named = f" ({', '.join(names)})" if names else ""
    line = f"  {columns} {node.short}{named} {node.subject[:_SUBJECT]}"
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
