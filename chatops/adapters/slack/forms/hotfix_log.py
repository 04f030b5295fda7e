"""What changed in production lately: looked up while the person sees that it is."""

from slack_sdk.models.views import View

from chatops.adapters.slack.forms.form_layout import Form, HandedIn
from chatops.adapters.slack.forms.hotfix import hotfix_request
from chatops.adapters.slack.forms.notice import notice
from chatops.application.hotfix.session import LogRequest
from chatops.application.services import Desk
from chatops.commands.caller import Caller
from chatops.commands.form_state import FormName, Slip
from chatops.domain.messages.posts import Ask, Post


def parse(given: HandedIn) -> Slip:
    """Nothing is handed in."""
    return given.slip


def _load(desk: Desk, caller: Caller, slip: Slip) -> View:
    about = hotfix_request(caller, slip)
    known = desk.hotfix.known(about) if about.about is not None else None
    hotfix = known.hotfix if known is not None else None
    log = desk.hotfix.log(
        LogRequest(
            incident=about.incident,
            user=about.user,
            now=about.now,
            channel=about.channel,
            service=hotfix.service if hotfix is not None else None,
            files=tuple(slip.text.split()),
        )
    )
    return notice(log, subject="Production, lately")


def _nothing(_desk: Desk, slip: Slip, _: Slip) -> Post | Slip:
    return slip


FORM = Form(
    name=FormName.HOTFIX_LOG,
    ask=Ask.HOTFIX_LOG,
    load=_load,
    parse=parse,
    carry_out=_nothing,
    of_hotfixes=True,
    order="log",
)
