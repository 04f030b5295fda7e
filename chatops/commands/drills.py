"""The actions about drills."""

from chatops.application.ports.scenarios import DrillRequest
from chatops.application.session import Request
from chatops.application.use_cases import UseCases
from chatops.commands.action import (
    Action,
    Answer,
    Ask,
    HelpSection,
    OnBoard,
    ParsedCommand,
    Run,
    pressed_for,
)
from chatops.commands.arguments import BEGIN, PACE, SCENARIO
from chatops.commands.context import Caller, CommandContext, meant_by, typed_at
from chatops.commands.form_state import FormState
from chatops.domain.messages.posts import ActionId, BoardPlace, Post
from chatops.domain.team import Permission
from chatops.domain.time.parse import Direction


def _start(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    at = typed_at(context, caller, typed.time, Direction.AHEAD)
    request = DrillRequest(
        team=caller.team,
        user=caller.user,
        now=caller.now,
        scenario=typed.text,
        pace=typed.number or 1,
        at=at,
        answer_url=caller.answer_url,
        once=caller.once,
    )
    return context.use_cases.drill.start(request)


def _press_start(context: CommandContext, caller: Caller, about: str) -> Answer:
    """The form; a drill begins outside of any incident."""
    del context, caller, about
    return FormState(form="form_drill")


def _list(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    del typed
    return context.use_cases.drill.look.list(team=caller.team, user=caller.user, now=caller.now)


def _pause(use_cases: UseCases, request: Request) -> Post:
    return use_cases.drill.steer.pause(request)


def _continue(use_cases: UseCases, request: Request) -> Post:
    return use_cases.drill.steer.proceed(request)


def _stop(use_cases: UseCases, request: Request) -> Post:
    return use_cases.drill.steer.stop(request)


def _debrief(use_cases: UseCases, request: Request) -> Post:
    return use_cases.drill.look.debrief(request)


def _of_the_one(ask: Ask) -> Run:
    """Ask about the drill that is named, or whose channel it is, or the only one that runs."""

    def run(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
        found = meant_by(context.use_cases, caller, typed.reference)
        if found is None:
            found = context.use_cases.drill.look.the_one(team=caller.team, user=caller.user)
        return ask(context.use_cases, Request(**caller.request(found)))

    return run


ACTIONS: tuple[Action, ...] = (
    Action(
        name="drill",
        words=("drill",),
        arguments=(SCENARIO.shown("[scenario]"), PACE.shown("[2x]"), BEGIN.shown("[15:30]")),
        help="Play a tabletop drill; with a scenario at once",
        chapter=HelpSection.OVERVIEW,
        permission=Permission.DRILL,
        form="form_drill",
        enough=("text",),
        run=_start,
        buttons=(ActionId("drill"),),
        press=_press_start,
    ),
    Action(
        name="drill_list",
        words=("drill", "list"),
        help="Show what can be played, and what is",
        looks=True,
        run=_list,
    ),
    Action(
        name="drill_pause",
        words=("drill", "pause"),
        help="Let the drill stand still",
        permission=Permission.DRILL,
        run=_of_the_one(_pause),
        buttons=(ActionId("drill_pause"),),
        press=pressed_for(_pause),
    ),
    Action(
        name="drill_continue",
        words=("drill", "continue"),
        help="Let it go on",
        permission=Permission.DRILL,
        run=_of_the_one(_continue),
        buttons=(ActionId("drill_continue"),),
        press=pressed_for(_continue),
    ),
    Action(
        name="drill_stop",
        words=("drill", "stop"),
        help="End the drill, and clean up after it",
        permission=Permission.DRILL,
        run=_of_the_one(_stop),
        buttons=(ActionId("drill_stop"),),
        press=pressed_for(_stop),
    ),
    Action(
        name="drill_debrief",
        words=("drill", "debrief"),
        help="Show what came of a drill",
        looks=True,
        run=_of_the_one(_debrief),
        buttons=(ActionId("drill_debrief"),),
        press=pressed_for(_debrief),
        board=(OnBoard(place=BoardPlace.DRILLED, label="Debrief"),),
    ),
)
