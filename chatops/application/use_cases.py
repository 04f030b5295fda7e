"""Everything that can be asked for, in one place, for the edges to call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chatops.application.analytics.digests import ShowDigest
from chatops.application.analytics.statistics import ShowStatistics
from chatops.application.authorization import Groups, PeopleDirectory
from chatops.application.drills.use_cases import DrillUseCases, open_drill_use_cases
from chatops.application.git_identity import Profiles
from chatops.application.hotfix.use_cases import HotfixUseCases, build_hotfix_use_cases
from chatops.application.incidents.link_previews import ShowLinks
from chatops.application.incidents.paging import Acknowledge, PagePeople
from chatops.application.incidents.roles import AssignRole, Join, LeaveChannel
from chatops.application.incidents.severity import ChangeSeverity
from chatops.application.incidents.timeline_notes import AddNote, CorrectNote, Decide
from chatops.application.incidents.update import PostUpdate
from chatops.application.lifecycle.alerts import TakeAlert
from chatops.application.lifecycle.declare import Declare
from chatops.application.lifecycle.end import Close, Reopen, Resolve
from chatops.application.outbox.failure_notices import Retry
from chatops.application.ports.external import ExternalSystems
from chatops.application.ports.scenarios import NoScenarios, Scenarios
from chatops.application.ports.storage import Storage
from chatops.application.postmortem.use_cases import PostMortemUseCases, open_post_mortem_use_cases
from chatops.application.promises.fulfil import DisputeResolution, FulfilPromise
from chatops.application.promises.reassign import ReassignPromise
from chatops.application.promises.snooze import SnoozePromise
from chatops.application.queries import Queries
from chatops.application.rendering import Playbooks
from chatops.application.session import Sessions
from chatops.application.tasks.export import ExportTask
from chatops.application.tasks.tasks import AddTask, AssignTask, DropTask, EditTask, FinishTask
from chatops.domain.messages.posts import BoardButtons
from chatops.domain.messages.templates import OutputFormat
from chatops.domain.team import Team


class Members(Groups, Profiles, Protocol):
    """Who people are, and who is in a user group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """The use cases, ready to be called."""

    team: Team
    sessions: Sessions
    directory: PeopleDirectory
    look: Queries
    declare: Declare
    post_update: PostUpdate
    snooze: SnoozePromise
    reassign: ReassignPromise
    fulfil: FulfilPromise
    dispute: DisputeResolution
    change_severity: ChangeSeverity
    assign_role: AssignRole
    join: Join
    leave: LeaveChannel
    page: PagePeople
    acknowledge: Acknowledge
    add_note: AddNote
    correct_note: CorrectNote
    decide: Decide
    add_task: AddTask
    finish_task: FinishTask
    assign_task: AssignTask
    edit_task: EditTask
    drop_task: DropTask
    export_task: ExportTask
    resolve: Resolve
    reopen: Reopen
    close: Close
    retry: Retry
    numbers: ShowStatistics
    digest: ShowDigest
    show_links: ShowLinks
    hear_alert: TakeAlert
    hotfix: HotfixUseCases
    post_mortem: PostMortemUseCases
    drill: DrillUseCases


def open_use_cases(
    *,
    storage: Storage,
    playbooks: Playbooks,
    team: Team,
    people: Members,
    outside: ExternalSystems,
    committed: Callable[[], None],
    board: BoardButtons,
    output: OutputFormat = OutputFormat.SLACK,
    site: str = "",
    scenarios: Scenarios | None = None,
) -> UseCases:
    """Build the use cases over their ports; ``output`` is where their answers are read.

    ``board`` are the buttons that stand on the board of every incident.
    """
    sessions = Sessions(
        storage=storage,
        playbooks=playbooks,
        team=team,
        committed=committed,
        output=output,
        board=board,
    )
    directory = PeopleDirectory(team, people)
    declare = Declare(sessions, directory)
    return UseCases(
        team=team,
        sessions=sessions,
        directory=directory,
        look=Queries(sessions),
        declare=declare,
        post_update=PostUpdate(sessions, directory),
        snooze=SnoozePromise(sessions, directory),
        reassign=ReassignPromise(sessions, directory),
        fulfil=FulfilPromise(sessions),
        dispute=DisputeResolution(sessions),
        change_severity=ChangeSeverity(sessions, directory),
        assign_role=AssignRole(sessions, directory),
        join=Join(sessions),
        leave=LeaveChannel(sessions),
        page=PagePeople(sessions, directory),
        acknowledge=Acknowledge(sessions),
        add_note=AddNote(sessions),
        correct_note=CorrectNote(sessions),
        decide=Decide(sessions, directory),
        add_task=AddTask(sessions),
        finish_task=FinishTask(sessions),
        assign_task=AssignTask(sessions),
        edit_task=EditTask(sessions),
        drop_task=DropTask(sessions),
        export_task=ExportTask(sessions),
        resolve=Resolve(sessions, directory),
        reopen=Reopen(sessions, directory),
        close=Close(sessions, directory),
        retry=Retry(sessions),
        numbers=ShowStatistics(sessions),
        digest=ShowDigest(sessions),
        show_links=ShowLinks(sessions, site=site),
        hear_alert=TakeAlert(sessions, directory, declare),
        hotfix=build_hotfix_use_cases(
            sessions=sessions, directory=directory, people=people, outside=outside
        ),
        post_mortem=open_post_mortem_use_cases(
            sessions=sessions, directory=directory, people=people
        ),
        drill=open_drill_use_cases(sessions, directory, scenarios or NoScenarios()),
    )
