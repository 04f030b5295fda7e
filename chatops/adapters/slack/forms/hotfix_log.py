"""What changed in production lately: looked up while the person sees that it is."""

from slack_sdk.models.views import View

from chatops.adapters.slack.forms.form_layout import Form, HandedIn, notice
from chatops.adapters.slack.forms.hotfix import (
    hotfix_request,
)
from chatops.application.hotfix.session import LogRequest
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.messages.posts import Post


def parse(given: HandedIn) -> FormState:
    """Nothing is handed in."""
    return given.form_state


def _load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    about = hotfix_request(caller, form_state)
    known = use_cases.hotfix.known(about) if about.number is not None else None
    hotfix = known.hotfix if known is not None else None
    log = use_cases.hotfix.log(
        LogRequest(
            incident=about.incident,
            user=about.user,
            now=about.now,
            channel=about.channel,
            service=hotfix.service if hotfix is not None else None,
            files=tuple(form_state.text.split()),
        )
    )
    return notice(log, subject="Production, lately")


def _nothing(_use_cases: UseCases, form_state: FormState, _: FormState) -> Post | FormState:
    return form_state


FORM = Form(
    action="hotfix_log",
    load=_load,
    parse=parse,
    carry_out=_nothing,
)
