"""Listens to the slash commands: acknowledges, understands, does, answers."""

from slack_bolt import Ack

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.payloads import Json, who_typed
from chatops.commands.caller import Caller
from chatops.commands.catalogue import HOTFIX, INCIDENT
from chatops.commands.parser import parse, vocabulary


def on_command(context: SlackContext, ack: Ack, body: Json) -> None:
    ack()
    caller = who_typed(body, context.clock.now())
    context.boundary.run(
        "command",
        lambda: _obey(context, caller, body),
        lambda post: context.answers.tell(caller, post),
    )


def _obey(context: SlackContext, caller: Caller, body: Json) -> None:
    team = context.use_cases.team
    table = HOTFIX if body.get("command") == team.hotfix_command else INCIDENT
    known = vocabulary(team, context.use_cases.look.policy(), table)
    typed = parse(f"{body.get('text') or ''}", known)
    context.answer(caller, typed.action.typed(context, caller, typed))
