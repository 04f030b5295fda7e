"""The form that shows what is still owed, and puts an incident on file."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.domain.errors import IncidentClosed, NotResolved, StillOwed
from chatops.domain.incident import Status
from chatops.domain.posts import Ask
from chatops.domain.team import Deed
from chatops.slack.blocks import sections
from chatops.slack.prose import escape
from chatops.slack.slips import FormName
from chatops.slack.views import fields
from chatops.slack.views.fields import REASON_LIMIT
from chatops.slack.views.form import Form, HandedIn, Scene, about_incident, headed, modal
from chatops.usecases.lifecycle import ReasonRequest
from chatops.usecases.screens import Known

REASON = "reason"
_LISTED = 10


def build(scene: Scene) -> View:
    incident = scene.known.incident
    if incident.status is Status.CLOSED:
        raise IncidentClosed(incident.reference)
    if incident.status.running:
        raise NotResolved(incident.reference)
    owed = _owed(scene.known)
    blocks: list[Block] = [
        *headed(scene),
        *sections(_told(owed)),
        fields.text_field(
            REASON,
            "Close it all the same, because" if owed else "Anything to say?",
            initial=scene.slip.reason,
            hint="It goes on record." if owed else "",
            limit=REASON_LIMIT,
            lines=True,
            optional=not owed,
        ),
    ]
    return modal(scene.slip, title="Close", submit="Close it", blocks=blocks)


def parse(given: HandedIn) -> ReasonRequest:
    return ReasonRequest(**given.about, reason=given.entered.text(REASON))


def _owed(known: Known) -> list[str]:
    promises = [each.name.capitalize() for each in known.promises if each.open]
    tasks = [f"Task {task.number}: {task.text}" for task in known.tasks if task.done_at is None]
    return promises + tasks


def _told(owed: list[str]) -> str:
    if not owed:
        return "Nothing is owed any more."
    lines = "\n".join(f"• {escape(each)}" for each in owed[:_LISTED])
    more = f"\n… and {len(owed) - _LISTED} more" if len(owed) > _LISTED else ""
    return f"*Still owed*\n{lines}{more}"


FORM = Form(
    name=FormName.CLOSE,
    ask=Ask.CLOSE,
    load=about_incident(build, Deed.CLOSE),
    parse=parse,
    carry_out=lambda desk, request, _: desk.close(request),
    fields={StillOwed: REASON},
)
