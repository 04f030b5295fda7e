"""Everything that can be asked for, in one place, for the edges to call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chatops.domain.team import Team
from chatops.domain.texts import Surface
from chatops.usecases.alerts import HearAlert
from chatops.usecases.declare import Declare
from chatops.usecases.hotfix.desk import HotfixDesk, open_hotfix_desk
from chatops.usecases.hotfix.naming import Profiles
from chatops.usecases.hotfix.ports import Outside
from chatops.usecases.lifecycle import Close, Reopen, Resolve
from chatops.usecases.notes import AddNote, CorrectNote, Decide
from chatops.usecases.numbers import Numbers
from chatops.usecases.paging import Acknowledge, PagePeople
from chatops.usecases.permission import Directory, Groups
from chatops.usecases.retry import Retry
from chatops.usecases.roles import AssignRole, Join, Leave
from chatops.usecases.screens import Look
from chatops.usecases.severity import ChangeSeverity
from chatops.usecases.store import Store
from chatops.usecases.todo import AddTask, AssignTask, FinishTask
from chatops.usecases.turns import Turns
from chatops.usecases.update import PostUpdate, PutPromiseOff
from chatops.usecases.wording import Playbooks


class Members(Groups, Profiles, Protocol):
    """Who people are, and who is in a user group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The use cases, ready to be called."""

    team: Team
    turns: Turns
    directory: Directory
    look: Look
    declare: Declare
    post_update: PostUpdate
    put_off: PutPromiseOff
    change_severity: ChangeSeverity
    assign_role: AssignRole
    join: Join
    leave: Leave
    page: PagePeople
    acknowledge: Acknowledge
    add_note: AddNote
    correct_note: CorrectNote
    decide: Decide
    add_task: AddTask
    finish_task: FinishTask
    assign_task: AssignTask
    resolve: Resolve
    reopen: Reopen
    close: Close
    retry: Retry
    numbers: Numbers
    hear_alert: HearAlert
    hotfix: HotfixDesk


def open_desk(
    *,
    store: Store,
    playbooks: Playbooks,
    team: Team,
    people: Members,
    outside: Outside,
    committed: Callable[[], None],
    surface: Surface = Surface.SLACK,
) -> Desk:
    """Build the use cases over their ports; ``surface`` is where their answers are read."""
    turns = Turns(store=store, playbooks=playbooks, team=team, committed=committed, surface=surface)
    directory = Directory(team, people)
    declare = Declare(turns, directory)
    return Desk(
        team=team,
        turns=turns,
        directory=directory,
        look=Look(turns),
        declare=declare,
        post_update=PostUpdate(turns, directory),
        put_off=PutPromiseOff(turns, directory),
        change_severity=ChangeSeverity(turns, directory),
        assign_role=AssignRole(turns, directory),
        join=Join(turns),
        leave=Leave(turns),
        page=PagePeople(turns, directory),
        acknowledge=Acknowledge(turns),
        add_note=AddNote(turns),
        correct_note=CorrectNote(turns),
        decide=Decide(turns, directory),
        add_task=AddTask(turns),
        finish_task=FinishTask(turns),
        assign_task=AssignTask(turns),
        resolve=Resolve(turns, directory),
        reopen=Reopen(turns, directory),
        close=Close(turns, directory),
        retry=Retry(turns),
        numbers=Numbers(turns),
        hear_alert=HearAlert(turns, directory, declare),
        hotfix=open_hotfix_desk(turns=turns, directory=directory, people=people, outside=outside),
    )
