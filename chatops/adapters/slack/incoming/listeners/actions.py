"""Listens to slash commands, buttons and menus: finds the action, runs it, answers."""

from collections.abc import Iterator
from dataclasses import replace

from slack_bolt import Ack

from chatops.adapters.slack.forms.fields import Entered
from chatops.adapters.slack.forms.roles import GIVE
from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.payloads import Json, who_pressed, who_typed
from chatops.adapters.slack.rendering import blocks
from chatops.adapters.slack.rendering.mrkdwn import plain
from chatops.application.incidents.roles import RoleRequest
from chatops.commands.catalogue import BUTTONS, obey
from chatops.commands.context import Caller, outdated
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


def on_command(context: SlackContext, ack: Ack, body: Json) -> None:
    ack()
    caller = who_typed(body, context.clock.now())
    context.boundary.run(
        "command",
        lambda: _typed(context, caller, body),
        lambda post: context.answers.tell(caller, post),
    )


def on_press(context: SlackContext, ack: Ack, body: Json) -> None:
    """A button of ours, or a menu that holds some."""
    ack()
    caller = who_pressed(body, context.clock.now())
    context.boundary.run(
        "press",
        lambda: _pressed(context, caller, body["actions"][0]),
        lambda post: context.answers.tell(caller, post),
    )


def on_choice(context: SlackContext, ack: Ack, body: Json) -> None:
    """A field of a form that shows what a choice means."""
    ack()
    caller = who_pressed(body, context.clock.now())
    entered = Entered(body["view"]["state"]["values"])
    context.boundary.run(
        "choice",
        lambda: context.modals.choose(caller, entered, body["view"].get("hash")),
        lambda post: context.answers.tell(caller, post),
    )


def on_gift(context: SlackContext, ack: Ack, body: Json) -> None:
    """A role that is given to somebody in the form of the roles."""
    ack()
    caller = who_pressed(body, context.clock.now())
    context.boundary.run(
        "give a role",
        lambda: _given(context, caller, body["actions"][0]),
        lambda post: context.answers.tell(caller, post),
    )


def _typed(context: SlackContext, caller: Caller, body: Json) -> None:
    """Do what was typed; ask back what may be meant otherwise."""
    try:
        answer = obey(context, caller, f"{body.get('command')}", f"{body.get('text') or ''}")
    except DidYouMean as asked:
        context.answers.tell(caller, asked_back(context, asked))
    else:
        context.answer(caller, answer)


def _pressed(context: SlackContext, caller: Caller, pressed: Json) -> None:
    press = blocks.pressed(pressed)
    action = BUTTONS.get(press.ask)
    if action is None:
        raise outdated(context)
    answer = action.pressed(context, caller, press.about)
    if not (action.redraws and context.modals.refreshed(caller)):
        context.answer(caller, answer)
    if caller.at_home:
        show_home(context, caller)


def _given(context: SlackContext, caller: Caller, action: Json) -> None:
    holder = action.get("selected_user")
    if caller.form_state is None or caller.form_state.incident is None or not holder:
        raise outdated(context)
    role = f"{action['action_id']}".removeprefix(f"{GIVE}.")
    about = caller.request(caller.form_state.incident)
    context.use_cases.assign_role(RoleRequest(**about, role=role, holder=holder))
    context.modals.refreshed(caller)


def show_home(context: SlackContext, caller: Caller) -> None:
    """Draw the person's App Home anew."""
    posts: tuple[Post, ...] = context.use_cases.look.home(
        team=caller.team, user=caller.user, now=caller.now
    )
    context.people.show_home(caller.user, posts)
