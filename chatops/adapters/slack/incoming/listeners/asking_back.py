"""Asks back what may be a slip or a title, with a button for each."""

from collections.abc import Iterator
from dataclasses import replace

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.rendering.mrkdwn import plain
from chatops.commands.form_state import IN_A_BUTTON
from chatops.commands.usage import DidYouMean
from chatops.commands.words import readable
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post

#: Leaves room for the words around it on a button.
_LABEL = 55


def asked_back(context: SlackContext, asked: DidYouMean) -> Post:
    """The question, with a button for each answer that a button can carry."""
    post = context.boundary.render("command", asked)
    return replace(post, buttons=tuple(_buttons(asked)))


def _buttons(asked: DidYouMean) -> Iterator[Button]:
    line = f"{asked.name} {asked.command}"
    if len(line) <= IN_A_BUTTON:
        label = plain(readable(line), _LABEL)
        yield Button(ask=ActionId("run_command"), label=label, about=line, tone=ButtonStyle.WANTED)
    if asked.title and len(asked.title) <= IN_A_BUTTON:
        label = f"Declare “{plain(readable(asked.title), _LABEL)}”"
        yield Button(ask=ActionId("declare_text"), label=label, about=asked.title)
