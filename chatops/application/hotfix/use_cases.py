"""Everything that can be asked about hotfixes, in one place, for the edges to call."""

from collections.abc import Callable
from dataclasses import dataclass

from chatops.application.authorization import PeopleDirectory
from chatops.application.git_identity import GitIdentities, Profiles
from chatops.application.hotfix import session
from chatops.application.hotfix.advance import AdvanceHotfix, StepPlan
from chatops.application.hotfix.approvals import Approve
from chatops.application.hotfix.backports import BackportFix
from chatops.application.hotfix.monitoring import ForgePoller
from chatops.application.hotfix.operate import OperationRunner
from chatops.application.hotfix.rollback import RollBack
from chatops.application.hotfix.session import HotfixSessions
from chatops.application.hotfix.start import Start
from chatops.application.hotfix.step_overrides import Abort, SkipStep, TickOff, TurnFlagOff
from chatops.application.hotfix.views import HotfixQueries, HotfixView
from chatops.application.ports.external import ExternalSystems
from chatops.application.session import Sessions
from chatops.domain.messages.posts import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixUseCases:
    """The use cases of hotfixes, ready to be called."""

    known: Callable[[session.HotfixRequest], HotfixView]
    status: Callable[[session.HotfixRequest], Post]
    log: Callable[[session.LogRequest], Post]
    knock: Callable[[session.StartRequest], None]
    start: Callable[[session.StartRequest], Post]
    plan: Callable[[session.NextRequest], StepPlan]
    next: Callable[[session.NextRequest], Post]
    fix: Callable[[session.FixRequest], Post]
    approve: Callable[[session.ApproveRequest], Post]
    skip: Callable[[session.SkipRequest], Post]
    tick: Callable[[session.TickRequest], Post]
    rollback: Callable[[session.RollbackRequest], Post]
    rolled_back: Callable[[session.HotfixRequest], Post]
    backport: Callable[[session.BackportRequest], Post]
    align: Callable[[session.BackportRequest], Post]
    aligned: Callable[[session.AlignedRequest], Post]
    waive: Callable[[session.WaiveBackportRequest], Post]
    flag: Callable[[session.FlagRequest], Post]
    abort: Callable[[session.AbortRequest], Post]


def build_hotfix_use_cases(
    *, sessions: Sessions, directory: PeopleDirectory, people: Profiles, outside: ExternalSystems
) -> HotfixUseCases:
    """Build the use cases over their ports."""
    ours = HotfixSessions(sessions)
    advance = AdvanceHotfix(
        ours,
        directory,
        GitIdentities(sessions.team, people),
        OperationRunner(outside),
        ForgePoller(outside),
    )
    backports = BackportFix(ours, directory)
    rollback = RollBack(ours, directory)
    start = Start(sessions, directory)
    queries = HotfixQueries(ours, outside)
    return HotfixUseCases(
        known=queries.known,
        status=queries.status,
        log=queries.log,
        knock=start.knock,
        start=start,
        plan=advance.plan,
        next=advance.next,
        fix=advance.fix,
        approve=Approve(ours, directory, people),
        skip=SkipStep(ours, directory, people),
        tick=TickOff(ours, directory),
        rollback=rollback,
        rolled_back=rollback.confirm,
        backport=backports.backport,
        align=backports.align,
        aligned=backports.aligned,
        waive=backports.waive,
        flag=TurnFlagOff(ours, advance),
        abort=Abort(ours, directory),
    )
