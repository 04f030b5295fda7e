"""Listens to the slash commands: acknowledges, understands, does, answers."""

from slack_bolt import Ack

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners.asking_back import asked_back
from chatops.adapters.slack.payloads import Json, who_typed
from chatops.commands.caller import Caller
from chatops.commands.catalogue import obey
from chatops.commands.usage import DidYouMean


def on_command(context: SlackContext, ack: Ack, body: Json) -> None:
    ack()
    caller = who_typed(body, context.clock.now())
    context.boundary.run(
        "command",
        lambda: _obey(context, caller, body),
        lambda post: context.answers.tell(caller, post),
    )


def _obey(context: SlackContext, caller: Caller, body: Json) -> None:
    """Do what a command orders; ask back what may be meant otherwise."""
    try:
        answer = obey(context, caller, f"{body.get('command')}", f"{body.get('text') or ''}")
    except DidYouMean as asked:
        context.answers.tell(caller, asked_back(context, asked))
    else:
        context.answer(caller, answer)
