"""The form that explains the roles, and lets people take and hand out each."""

from collections.abc import Iterator

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
    UserSelectElement,
)
from slack_sdk.models.views import View

from chatops.adapters.slack.forms.form_layout import (
    Form,
    FormContext,
    HandedIn,
    headed,
    load_incident,
    modal,
)
from chatops.adapters.slack.rendering.mrkdwn import escape, plain
from chatops.application.use_cases import UseCases
from chatops.commands.form_state import FormState
from chatops.domain.messages.posts import ActionId, Post
from chatops.domain.playbook.policy import RoleSpec

#: The action id of the menu in which somebody is picked for a role; the role stands behind it.
GIVE = "give_role"

_MOST = 40


def build(context: FormContext) -> View:
    roles = context.known.playbook.roles[:_MOST]
    blocks = [*headed(context), *(block for role in roles for block in _role(context, role))]
    return modal(context.form_state, title="Roles", blocks=blocks)


def parse(given: HandedIn) -> FormState:
    """Nothing is handed in: each button and menu acts at once."""
    return given.form_state


def _role(context: FormContext, role: RoleSpec) -> Iterator[Block]:
    holder = context.known.incident.roles.get(role.key)
    held = f"<@{holder}>" if holder else "nobody yet"
    text = f"*{escape(role.name)}:* {held}\n{escape(role.duty)}"
    yield SectionBlock(text=MarkdownTextObject(text=text[:3000]))
    about = f"{context.known.incident.id}:{role.key}"
    give = UserSelectElement(
        action_id=f"{GIVE}.{role.key}"[:255], placeholder=PlainTextObject(text="Give it to…")
    )
    take = ButtonElement(
        text=PlainTextObject(text=plain(f"Take {role.name}", 75)),
        action_id=ActionId("take_role"),
        value=about,
    )
    yield ActionsBlock(elements=[give] if holder == context.user else [take, give])


def _nothing(_use_cases: UseCases, form_state: FormState, _: FormState) -> Post | FormState:
    return form_state


FORM = Form(
    action="role",
    load=load_incident(build),
    parse=parse,
    carry_out=_nothing,
)
