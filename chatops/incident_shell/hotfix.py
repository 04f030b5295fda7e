"""`chatops hotfix …`: understands what was typed, carries it out, and prints what came of it."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Annotated

import typer

from chatops.adapters.slack.incoming.listeners.hotfix_orders import HANDLERS
from chatops.clock import Clock, SystemClock
from chatops.commands.arguments import Typed
from chatops.commands.caller import Caller
from chatops.commands.form_state import Slip
from chatops.commands.hotfix import HOTFIX
from chatops.commands.parser import parse, vocabulary
from chatops.commands.table import Order
from chatops.commands.usage import Usage, help_text
from chatops.domain.errors import NoIncidentHere
from chatops.domain.messages.posts import Post
from chatops.incident_shell.command import Outcome, answer
from chatops.incident_shell.desk import Shell, open_shell
from chatops.incident_shell.hotfix_deeds import OWN, Given, start, told_by, words_of
from chatops.incident_shell.words import (
    HOTFIX_NAME,
    NoName,
    WhichIncident,
    as_in_slack,
    person,
)
from chatops.settings import Settings

#: What only looks, and so may be asked by nobody in particular.
LOOKING = frozenset({Order.HOTFIX_STATUS, Order.HOTFIX_LOG, Order.HOTFIX_HELP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One command as it was typed."""

    words: tuple[str, ...]
    given: Given = field(default_factory=Given)
    by: str = ""
    reference: str = ""
    team: str = ""


def hotfix_command(
    words: Annotated[list[str] | None, typer.Argument(help="As after /hotfix in Slack.")] = None,
    *,
    by: Annotated[str, typer.Option(help="Your Slack member ID, such as U0123ABCD.")] = "",
    reference: Annotated[str, typer.Option("--in", help="The incident: INC-2026-001.")] = "",
    team: Annotated[str, typer.Option(help="Workspace ID, if no incident tells it.")] = "",
    title: Annotated[str, typer.Option(help="start: what the fix does.")] = "",
    reason: Annotated[str, typer.Option(help="start: why it cannot wait.")] = "",
    service: Annotated[str, typer.Option(help="start, log: which service.")] = "",
    ticket: Annotated[str, typer.Option(help="start: the ticket.")] = "",
    pipeline: Annotated[str, typer.Option(help="start: another pipeline.")] = "",
    version: Annotated[str, typer.Option(help="rollback: the last good version.")] = "",
    holds: Annotated[bool, typer.Option("--holds", help="start: all the gate asks is so.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="start: despite red flags.")] = False,
    by_hand: Annotated[bool, typer.Option("--by-hand", help="next: it is done already.")] = False,
    go: Annotated[bool, typer.Option("--go", help="Do it, after it was shown.")] = False,
) -> None:
    """Bring a fix to production from a terminal; `chatops hotfix help` lists what there is."""
    given = Given(
        title=title,
        reason=reason,
        service=service,
        ticket=ticket,
        pipeline=pipeline,
        version=version,
        holds=holds,
        anyway=anyway,
        by_hand=by_hand,
        go=go,
    )
    asked = Asked(words=tuple(words or ()), given=given, by=by, reference=reference, team=team)
    answer(lambda settings: obey(settings, asked, SystemClock()))


def obey(settings: Settings, asked: Asked, clock: Clock) -> Outcome:
    """Carry a command out on the bot's database; a running bot does the outward acts.

    Raises:
        Mistake, StorageUnavailable, WorkTrouble
    """
    with open_shell(settings, clock) as shell:
        known = vocabulary(shell.desk.team, shell.desk.look.policy(), HOTFIX)
        typed = parse(as_in_slack(asked.words), replace(known, name=HOTFIX_NAME))
        typed = replace(typed, reference=typed.reference or asked.reference)
        if typed.order is Order.HOTFIX_HELP:
            post = Post(headline="", text=help_text(HOTFIX_NAME, HOTFIX))
            return Outcome(text=words_of(shell, post).replace("&lt;", "<").replace("&gt;", ">"))
        caller = Caller(
            team=asked.team or shell.workspace(),
            user=person(asked.by),
            now=clock.now(),
            once=f"shell:{secrets.token_hex(8)}",
        )
        if typed.order not in LOOKING and not caller.user:
            raise NoName
        try:
            return _done(shell, caller, typed, asked.given)
        except NoIncidentHere as error:
            raise WhichIncident from error


def _done(shell: Shell, caller: Caller, typed: Typed, given: Given) -> Outcome:
    own = OWN.get(typed.order)
    if own is not None:
        return own(shell, caller, typed, given)
    if typed.form is not None:
        raise Usage(HOTFIX_NAME, [typed.command])
    post = HANDLERS[typed.order](shell, caller, typed)
    if isinstance(post, Slip):
        return start(shell, caller, typed, given, post)
    return told_by(shell, post, looked=typed.order in LOOKING)
