"""What the forms about hotfixes share: what they are built from, and what stands on top."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms.fields import FieldOption
from chatops.adapters.slack.forms.form_layout import HandedIn, small
from chatops.adapters.slack.rendering.blocks import OPTION_VALUE, sections
from chatops.adapters.slack.rendering.mrkdwn import clamp, escape, plain
from chatops.application.hotfix.session import HotfixRequest
from chatops.application.hotfix.views import HotfixView
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller, HotfixRequestFields
from chatops.commands.form_state import FormState, Subject
from chatops.domain.hotfix.errors import NoHotfixYet
from chatops.domain.hotfix.model import Commits, Hotfix
from chatops.domain.incident.model import TITLE_LIMIT
from chatops.domain.team import Permission

#: So much code, and so many lines of a list, have room in a form beside the rest.
_CODE, _LISTED, _LINE = 8000, 10, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixFormContext:
    """What a form about a hotfix is built from."""

    known: HotfixView
    form_state: FormState
    user: str

    @property
    def hotfix(self) -> Hotfix:
        """Raises NoHotfixYet."""
        if self.known.hotfix is None:
            raise NoHotfixYet
        return self.known.hotfix

    @property
    def subject(self) -> Subject:
        return Subject.of(self.form_state.about)

    def state_for(self, detail: str = "") -> FormState:
        """The form's state, about exactly the hotfix that is shown, and ``detail`` of it."""
        subject = Subject(number=self.hotfix.number, detail=detail)
        return replace(self.form_state, about=subject.packed)


def hotfix_request(caller: Caller, form_state: FormState) -> HotfixRequest:
    """Ask about what a form is about."""
    return HotfixRequest(
        incident=form_state.incident or 0,
        user=caller.user,
        now=caller.now,
        channel=form_state.channel or None,
        number=Subject.of(form_state.about).number,
    )


def hotfix_fields(given: HandedIn) -> HotfixRequestFields:
    """What every request about a hotfix begins with."""
    return {**given.request, "number": Subject.of(given.form_state.about).number}


def must_stand(
    use_cases: UseCases, caller: Caller, form_state: FormState, known: HotfixView, deed: Permission
) -> None:
    """Refuse before anything is filled in what the team's table does not give.

    Raises:
        NotAllowed
    """
    incident = known.incident
    if form_state.channel and form_state.channel == incident.channel:
        incident = replace(incident, members=incident.members | {caller.user})
    use_cases.directory.authorization(caller.user, deed).require(incident)


def look_at(
    build: Callable[[HotfixFormContext], View],
    deed: Permission | None = None,
    *,
    running: bool = False,
) -> Callable[[UseCases, Caller, FormState], View]:
    """Load what a form about a hotfix shows, if the person may see it and do the deed.

    With ``running`` the form is only for a hotfix that is not over.
    """

    def load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
        known = use_cases.hotfix.known(hotfix_request(caller, form_state))
        context = HotfixFormContext(known=known, form_state=form_state, user=caller.user)
        if running:
            context.hotfix.must_run()
        if deed is not None:
            must_stand(use_cases, caller, form_state, known, deed)
        return build(context)

    return load


def headed_hotfix(context: HotfixFormContext) -> list[Block]:
    """Which hotfix of which incident a form is about."""
    hotfix, reference = context.hotfix, escape(context.known.incident.reference)
    number = f" · hotfix {hotfix.number}" if len(context.known.hotfixes) > 1 else ""
    name = f"{escape(plain(hotfix.service, _LINE))} · {escape(plain(hotfix.title, TITLE_LIMIT))}"
    return [small(f"*{reference}*{number} · {name}")]


def bullets(title: str, items: Sequence[str]) -> list[Block]:
    """A short list under its title; nothing where there is nothing to list."""
    if not items:
        return []
    lines = "\n".join(f"• {escape(plain(item, _LINE))}" for item in items[:_LISTED])
    more = f"\n… and {len(items) - _LISTED} more" if len(items) > _LISTED else ""
    return sections(f"*{title}*\n{lines}{more}")


def code(lines: Sequence[str]) -> list[Block]:
    """Commands, word for word."""
    if not lines:
        return []
    text = escape("\n".join(lines)).replace("```", "'''")
    return sections(clamp(f"```\n{text}\n```", _CODE))


def size_of(work: Commits) -> str:
    """How much a fix changes."""
    files = "1 file" if len(work.files) == 1 else f"{len(work.files)} files"
    return f"{files}, +{work.added} \N{MINUS SIGN}{work.removed}"


def sized(choices: Sequence[FieldOption]) -> list[FieldOption]:
    """The choices whose value Slack takes."""
    return [choice for choice in choices if 0 < len(choice.value) <= OPTION_VALUE]
