"""Listens to buttons and menus, in messages, forms and App Home."""

from slack_bolt import Ack

from chatops.adapters.slack.forms.fields import Entered
from chatops.adapters.slack.forms.roles import GIVE
from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners.buttons import Outdated
from chatops.adapters.slack.incoming.listeners.presses import HANDLERS
from chatops.adapters.slack.payloads import Json, who_pressed
from chatops.adapters.slack.rendering import blocks
from chatops.application.incidents.roles import RoleRequest
from chatops.commands.caller import Caller
from chatops.domain.messages.posts import Post


def on_press(front: SlackContext, ack: Ack, body: Json) -> None:
    """A button of ours, or a menu that holds some."""
    ack()
    caller = who_pressed(body, front.clock.now())
    front.boundary.guarded(
        "press",
        lambda: _pressed(front, caller, body["actions"][0]),
        lambda post: front.answers.tell(caller, post),
    )


def on_choice(front: SlackContext, ack: Ack, body: Json) -> None:
    """A field of a form that shows what a choice means."""
    ack()
    caller = who_pressed(body, front.clock.now())
    entered = Entered(body["view"]["state"]["values"])
    front.boundary.guarded(
        "choice",
        lambda: front.modals.choose(caller, entered, body["view"].get("hash")),
        lambda post: front.answers.tell(caller, post),
    )


def on_gift(front: SlackContext, ack: Ack, body: Json) -> None:
    """A role that is given to somebody in the form of the roles."""
    ack()
    caller = who_pressed(body, front.clock.now())
    front.boundary.guarded(
        "give a role",
        lambda: _given(front, caller, body["actions"][0]),
        lambda post: front.answers.tell(caller, post),
    )


def _pressed(front: SlackContext, caller: Caller, action: Json) -> None:
    press = blocks.pressed(action)
    if press is None:
        raise Outdated(front.desk.team.incident_command)
    answer = HANDLERS[press.ask](front, caller, press.about)
    if answer is not None:
        front.answers.tell(caller, answer)
    if caller.at_home:
        show_home(front, caller)


def _given(front: SlackContext, caller: Caller, action: Json) -> None:
    holder = action.get("selected_user")
    if caller.slip is None or caller.slip.incident is None or not holder:
        raise Outdated(front.desk.team.incident_command)
    role = f"{action['action_id']}".removeprefix(f"{GIVE}.")
    about = caller.about(caller.slip.incident)
    front.desk.assign_role(RoleRequest(**about, role=role, holder=holder))
    front.modals.refreshed(caller)


def show_home(front: SlackContext, caller: Caller) -> None:
    """Draw the person's App Home anew."""
    posts: tuple[Post, ...] = front.desk.look.home(
        team=caller.team, user=caller.user, now=caller.now
    )
    front.people.show_home(caller.user, posts)
