"""What a form is: how it is built, read and carried out, and the parts that many share."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    InputBlock,
    MarkdownTextObject,
    PlainTextObject,
)
from slack_sdk.models.views import View

from chatops.adapters.slack.forms.fields import Entered, FieldOption, menu_field, text_field
from chatops.adapters.slack.rendering import blocks
from chatops.adapters.slack.rendering.blocks import CONTEXT
from chatops.adapters.slack.rendering.mrkdwn import clamp, escape, plain
from chatops.application.queries import IncidentView
from chatops.application.session import Request
from chatops.application.use_cases import UseCases
from chatops.commands.catalogue import ACTIONS
from chatops.commands.context import Caller, RequestFields
from chatops.commands.form_state import FormState
from chatops.domain.errors import UserError
from chatops.domain.incident.model import TITLE_LIMIT
from chatops.domain.messages.posts import ActionId, Post
from chatops.domain.team import Permission, Team
from chatops.domain.time import durations
from chatops.domain.time.parse import SOON, Direction, InvalidTime, read_time

R = TypeVar("R")

_PERSON = re.compile(r" \(<@[UW][A-Z0-9]+>\)")


class WrongFields(UserError):
    """What was filled in cannot be used; ``errors`` says why at each field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(errors.values()))


def must_fit(entered: Entered, limits: Mapping[str, int]) -> None:
    """Refuse what is too long, each at its own field.

    Raises:
        WrongFields
    """
    lengths = {name: len(entered.text(name)) for name in limits}
    errors = {
        name: f"{length} characters; {limits[name]} is the most. Shorten it."
        for name, length in lengths.items()
        if length > limits[name]
    }
    if errors:
        raise WrongFields(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormContext:
    """What a form about an incident is built from."""

    known: IncidentView
    form_state: FormState
    user: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A form as it comes back; ``zone`` tells the zone in which the person types times."""

    caller: Caller
    form_state: FormState
    entered: Entered
    zone: Callable[[], str]

    @property
    def now(self) -> datetime:
        return self.caller.now

    @property
    def request(self) -> RequestFields:
        """What every request about an incident begins with."""
        return self.caller.request(self.form_state.incident or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Generic[R]):
    """The form of an action, by whose name it is found.

    ``load`` looks up what it shows. ``carry_out`` gives the answer, or the form as it is to be
    shown again, or its state. ``refresh`` puts into the state what was chosen, for forms that
    show what a choice means. ``fields`` names the field at which a mistake is shown. ``form`` is
    the name of a form that is not the one of the action's record.
    """

    action: str
    load: Callable[[UseCases, Caller, FormState], View]
    parse: Callable[[HandedIn], R]
    carry_out: Callable[[UseCases, R, FormState], Post | FormState | View]
    refresh: Callable[[FormState, Entered], FormState] | None = None
    fields: Mapping[type[UserError], str] = field(default_factory=dict)
    needs_incident: bool = True
    form: str = ""

    @property
    def name(self) -> str:
        """Its name, which is its callback id."""
        return self.form or ACTIONS[self.action].form

    @property
    def subject(self) -> str:
        """What stands above words about the form."""
        return ACTIONS[self.action].command.title()

    @property
    def button(self) -> ActionId:
        """The button that opens it again."""
        return (*ACTIONS[self.action].buttons, ActionId("open_form"))[0]

    def typed_in(self, team: Team) -> str:
        """The command that opens it."""
        action = ACTIONS[self.action]
        return f"{action.command.name_in(team)} {action.spelled}".strip()

    def errors(self, mistake: UserError) -> Mapping[str, str]:
        """What to say at which field; nothing if the mistake belongs to none."""
        if isinstance(mistake, WrongFields):
            return mistake.errors
        for kind, name in self.fields.items():
            if isinstance(mistake, kind):
                # Slack formats nothing at a field, so people cannot be called by their names there.
                return {name: _PERSON.sub("", str(mistake).replace("`", ""))}
        return {}


def permission_of(action: str) -> Permission:
    """What an action's record asks of the team's table."""
    permission = ACTIONS[action].permission
    if permission is None:
        raise LookupError(action)
    return permission


def load_incident(
    build: Callable[[FormContext], View], deed: Permission | None = None, *, running: bool = False
) -> Callable[[UseCases, Caller, FormState], View]:
    """Load what a form about an incident shows, if the person may see it and do the deed.

    With ``running`` the form is only for an incident that people still fight.
    """

    def load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
        request = Request(
            incident=form_state.incident or 0,
            user=caller.user,
            now=caller.now,
            channel=form_state.channel or None,
        )
        known = use_cases.look.known(request)
        if running:
            known.incident.must_be_running()
        if deed is not None:
            incident = known.incident
            if form_state.channel and form_state.channel == incident.channel:
                incident = replace(incident, members=incident.members | {caller.user})
            use_cases.directory.authorization(caller.user, deed).require(incident)
        return build(
            FormContext(known=known, form_state=form_state, user=caller.user, now=caller.now)
        )

    return load


def modal(
    form_state: FormState, *, title: str, blocks: Sequence[Block], submit: str | None = None
) -> View:
    """A form; its state comes back with it."""
    return View(
        type="modal",
        callback_id=form_state.form,
        title=PlainTextObject(text=title),
        submit=PlainTextObject(text=submit) if submit else None,
        close=PlainTextObject(text="Cancel" if submit else "Close"),
        private_metadata=form_state.packed(),
        blocks=list(blocks),
    )


def headed(context: FormContext) -> list[Block]:
    """Which incident a form is about."""
    incident = context.known.incident
    return [small(f"*{escape(incident.reference)}* · {escape(plain(incident.title, TITLE_LIMIT))}")]


def small(text: str) -> Block:
    """Small print; mrkdwn."""
    return ContextBlock(elements=[MarkdownTextObject(text=clamp(text, CONTEXT))])


AnyForm = Form[Any]


NOTICE = "notice"


def loading() -> View:
    """What is shown at once, before anything is looked up."""
    return _told("One moment", "Looking it up… If this stays, close it and try again.")


def working(name: str) -> View:
    """What is shown above a form when carrying it out takes longer than Slack waits."""
    view = _told("Working…", "This takes a little longer. The answer comes here.")
    view.external_id = name
    return view


def notice(post: Post, *, is_last: bool = False, subject: str = "Incident") -> View:
    """Tell something; with ``is_last`` closing it closes the form below as well."""
    return View(
        type="modal",
        callback_id=NOTICE,
        title=PlainTextObject(text=subject),
        close=PlainTextObject(text="Close"),
        blocks=blocks.message(post),
        clear_on_close=is_last,
    )


def outdated(command: str) -> Post:
    """What is said to a button or a form that we no longer know."""
    text = f"This button is outdated; use `{command}`. Nothing was changed."
    return Post(headline=text, text=text)


def _told(title: str, text: str) -> View:
    return View(
        type="modal",
        callback_id=NOTICE,
        title=PlainTextObject(text=title),
        close=PlainTextObject(text="Close"),
        blocks=blocks.sections(text),
    )


WHEN, OWN_TIME = "when", "own_time"
#: The longest time with a day and the name of a zone.
TIME_LIMIT = 50


_SPANS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240, 1440))


def when_fields(
    label: str, *, usual: timedelta | None, why: str = "", typed: str = ""
) -> Sequence[InputBlock]:
    """Ask when; ``usual`` is chosen already, ``typed`` is what was typed in the command."""
    spans = sorted({*_SPANS, *((usual,) if usual else ())})
    choices = [
        FieldOption(
            value=durations.spoken(span),
            label=f"in {durations.spoken(span)}{why if span == usual else ''}",
        )
        for span in spans
    ]
    chosen = durations.spoken(usual or _SPANS[1])
    return (
        menu_field(WHEN, label, choices, initial=chosen),
        text_field(
            OWN_TIME,
            "Or at another time",
            initial=typed,
            example="15:30, 3:30 pm, 45 min or tomorrow 10:00",
            limit=TIME_LIMIT,
            optional=True,
        ),
    )


def when(given: HandedIn) -> datetime:
    """The moment meant; what was typed counts more than what is chosen.

    Raises:
        WrongFields
    """
    own = moment_in(given, OWN_TIME, Direction.AHEAD)
    chosen = given.entered.choice(WHEN)
    if own is None and not chosen:
        raise WrongFields({WHEN: "Say when: readers wait for a time."})
    return own or given.now + durations.parse(chosen)


def moment_in(
    given: HandedIn, name: str, direction: Direction, *, farthest: timedelta = SOON
) -> datetime | None:
    """The moment that was typed in a field; none if it is empty.

    Raises:
        WrongFields
    """
    typed = given.entered.text(name)
    if not typed:
        return None
    zone = given.zone()
    try:
        return read_time(typed, now=given.now, zone=zone, direction=direction, farthest=farthest).at
    except InvalidTime as error:
        raise WrongFields({name: str(error).replace("`", "")}) from error
