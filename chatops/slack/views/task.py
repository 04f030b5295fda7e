"""The form in which a task is written down."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.domain.errors import NothingWritten, TooLong
from chatops.domain.posts import Ask
from chatops.slack.slips import FormName
from chatops.slack.views import fields
from chatops.slack.views.form import Form, HandedIn, Scene, about_incident, headed, modal
from chatops.usecases.todo import TASK_LIMIT, TaskRequest

TEXT, OWNER = "text", "owner"


def build(scene: Scene) -> View:
    blocks: list[Block] = [
        *headed(scene),
        fields.text_field(
            TEXT,
            "What is to be done?",
            initial=scene.slip.text,
            example="Ask the payment provider for their logs",
            limit=TASK_LIMIT,
        ),
        fields.person_field(OWNER, "Who does it?", initial=scene.slip.person, optional=True),
    ]
    return modal(scene.slip, title="Add a task", submit="Add", blocks=blocks)


def parse(given: HandedIn) -> TaskRequest:
    return TaskRequest(
        **given.about, text=given.entered.text(TEXT), owner=given.entered.person(OWNER)
    )


FORM = Form(
    name=FormName.TASK,
    ask=Ask.TASK,
    load=about_incident(build),
    parse=parse,
    carry_out=lambda desk, request, _: desk.add_task(request),
    fields={NothingWritten: TEXT, TooLong: TEXT},
)
