"""Turns facts into messages, in the words of an incident's own playbook."""

from collections.abc import Mapping
from typing import Protocol

from chatops.domain.messages.posts import Button, ListItem, Post
from chatops.domain.messages.templates import OutputFormat
from chatops.domain.playbook.policy import Playbook, Snapshot


class Playbooks(Protocol):
    """The playbook in force and those that incidents were declared under."""

    def current(self) -> Snapshot:
        """The policy for an incident declared now."""
        ...

    def revive(self, snapshot: Snapshot) -> Playbook: ...

    def say(
        self,
        snapshot: Snapshot,
        text: str,
        *,
        output: OutputFormat,
        facts: Mapping[str, object],
    ) -> str:
        """Render one text of the snapshot for a surface."""
        ...


def compose(
    playbooks: Playbooks,
    snapshot: Snapshot,
    text: str,
    facts: Mapping[str, object],
    *,
    output: OutputFormat = OutputFormat.SLACK,
    title: str = "",
    details: tuple[tuple[str, str], ...] = (),
    rows: tuple[ListItem, ...] = (),
    buttons: tuple[Button, ...] = (),
    more: tuple[Button, ...] = (),
    footnote: str = "",
) -> Post:
    """Make a message of one text; its first line is what phones show of it."""
    shown = playbooks.say(snapshot, text, output=output, facts=facts)
    return Post(
        headline=shown.partition("\n")[0],
        text=shown,
        title=title,
        facts=details,
        rows=rows,
        buttons=buttons,
        more=more,
        footnote=footnote,
    )
