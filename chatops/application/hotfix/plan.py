"""Plans the operation of each step from the hotfix alone: nothing is asked of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chatops.application.git_identity import People
from chatops.application.hotfix.session import HotfixSession
from chatops.application.ports import git
from chatops.application.ports.external import PullRequestDraft
from chatops.application.ports.git import STEP, Signed
from chatops.domain.git.names import BranchName, TagName, fill_pattern, slug
from chatops.domain.hotfix.model import BackportState, HotfixFacts, StepState
from chatops.domain.playbook.pipeline import (
    DEPLOYED,
    BackportMethod,
    BackportRule,
    FixWay,
    MergeWay,
    PullRequestRule,
    RollbackStep,
    StepKind,
    VersionRule,
)
from chatops.domain.services import Check, Command, ForgeKind, Runnable

#: How soon a workflow is looked at again.
WORKFLOW_LOOK = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBranch:
    """Make the branch of the fix; its name may hold the version, which must be found first."""

    candidates: tuple[str, ...]
    #: The pattern of the name, with everything filled in but the version.
    pattern: str
    rule: VersionRule | None
    tag_pattern: str | None

    def name(self, version: str) -> str:
        """The branch's name. Raises RefusedName."""
        return str(BranchName(self.pattern.replace("{version}", version)))


@dataclass(frozen=True, slots=True, kw_only=True)
class GitOperation:
    """A job on the repository, and the draft of the pull request that follows it, if one does."""

    job: git.Job
    draft: PullRequestDraft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPull:
    """Open the pull request to production."""

    draft: PullRequestDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePull:
    """Merge a pull request at exactly this commit."""

    number: int
    way: MergeWay
    sha: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOperation:
    """Run a command of the team's, or a workflow of the forge. ``mark`` names this very run."""

    what: Runnable
    values: Mapping[str, str]
    since: datetime
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOperation:
    """Ask running services; ``firsts`` are the numbers of the first readings."""

    checks: tuple[Check, ...]
    values: Mapping[str, str]
    firsts: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prove:
    """Prove from the code that a branch contains the fix."""

    base: str
    fix: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOperation:
    """There is nothing for the bot to do; ``why`` says why not."""

    why: str


Operation = (
    OpenBranch
    | GitOperation
    | OpenPull
    | MergePull
    | RunOperation
    | CheckOperation
    | Prove
    | NoOperation
)


def concerned(session: HotfixSession) -> tuple[str, ...]:
    """Everybody whose name a commit may carry."""
    approvers = (given.by for given in session.hotfix.standing)
    return tuple(dict.fromkeys((session.engineer, *approvers)))


def facts_of(session: HotfixSession, *, base: str = "") -> HotfixFacts:
    """The hotfix as its texts see it; ``base`` is the branch that a pull request goes to."""
    hotfix = session.hotfix
    return HotfixFacts(
        title=hotfix.title,
        base=base or hotfix.production,
        branch=hotfix.branch,
        ticket=hotfix.ticket,
        scope=hotfix.scope,
        increment=hotfix.increment,
        version=hotfix.release,
        previous=hotfix.previous,
        issue=session.incident.title,
        impact=hotfix.impact or session.incident.impact,
        root_cause=hotfix.root_cause or session.incident.root_cause,
        changes=hotfix.changes or tuple(each.subject for each in hotfix.work.commits),
        checks=_checks(session),
        commits=hotfix.work.commits,
        author=session.engineer,
        approvers=tuple(each.by for each in hotfix.standing),
        pull_request=hotfix.pull_request.url if hotfix.pull_request else "",
        deployed_at=hotfix.deployed_at,
    )


def _checks(session: HotfixSession) -> tuple[str, ...]:
    """What was seen at the steps that test, as far as they are done."""
    tests = (session.hotfix.step(kind) for kind in (StepKind.SMOKE, StepKind.STAGE))
    done = (step for step in tests if step is not None and step.state is StepState.DONE)
    return tuple(line for step in done for line in step.evidence)


def line(session: HotfixSession, text: str, *, base: str = "") -> str:
    """Word one line for git or a forge: a commit's subject, a title."""
    return session.incident_session.plain(text, hotfix=facts_of(session, base=base))


def line_with_version(session: HotfixSession, text: str) -> str:
    """A line that speaks of the version before it is known: ``{version}`` stands for it."""
    before = session.hotfix
    session.change(release="{version}")
    try:
        return line(session, text)
    finally:
        session.hotfix = before


def document(session: HotfixSession, text: str, *, base: str = "") -> str:
    """Word a document in Markdown: the body of a pull request."""
    return session.incident_session.markdown(text, hotfix=facts_of(session, base=base))


def signed(
    session: HotfixSession, people: People, *, step: str, at: datetime, target: str = ""
) -> Signed:
    """How a commit is signed: by the engineer, with who and what it is for as trailers."""
    who = people[session.engineer]
    mark = f"{session.mark} {step}" + (f" {target}" if target else "")
    approvals = (
        ("Approved-by", str(people[given.by]))
        for given in session.hotfix.standing
        if given.by in people
    )
    trailers = (("Incident", session.incident.reference), (STEP, mark), *approvals)
    return Signed(name=who.name, email=who.email, at=at, trailers=trailers)


def values(session: HotfixSession, **others: str) -> dict[str, str]:
    """What commands, workflows and checks may speak of; what is not known is left out."""
    hotfix = session.hotfix
    known = {
        "version": hotfix.release,
        "previous": hotfix.previous,
        "branch": hotfix.branch or hotfix.production,
        "sha": hotfix.merged or hotfix.head,
        "service": hotfix.service,
        "reference": session.incident.reference,
        **others,
    }
    return {name: value for name, value in known.items() if value}


#: How tags are named where a playbook has no tags of its own.
PLAIN_TAG = "v{version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTask:
    """What an operation is planned from; ``name`` is the piece of work as its effect names it."""

    session: HotfixSession
    name: str
    people: People
    at: datetime
    target: str = ""

    def signed(self, step: StepKind) -> git.Signed:
        return signed(self.session, self.people, step=step, at=self.at, target=self.target)


def fix_commits(session: HotfixSession) -> tuple[str, ...]:
    """The commits of the fix, oldest first, without the one that raised the version."""
    return tuple(
        each.sha for each in session.hotfix.work.commits if each.sha != session.hotfix.bump
    )


def work_branch(session: HotfixSession) -> str:
    """Where the fix is made: its own branch, or production's where there is none."""
    return session.hotfix.branch or session.hotfix.production


def production_candidates(session: HotfixSession) -> tuple[str, ...]:
    named = session.service.production
    return (named,) if named is not None else session.pipeline.production


def plan_branch(task: PlanTask) -> Operation:
    session = task.session
    hotfix, incident = session.hotfix, session.incident
    facts = {
        "slug": slug(hotfix.title) or slug(incident.title) or slug(incident.reference),
        "reference": incident.reference,
        "ticket": hotfix.ticket,
        "increment": hotfix.increment,
        "version": "{version}",
    }
    return OpenBranch(
        candidates=production_candidates(session),
        pattern=fill_pattern(session.pipeline.branch or "hotfix/{slug}", facts),
        rule=session.pipeline.version,
        tag_pattern=session.pipeline.tag,
    )


def plan_fix(task: PlanTask) -> Operation:
    session = task.session
    hotfix = session.hotfix
    sign = task.signed(StepKind.FIX)
    branch = work_branch(session)
    match hotfix.way:
        case FixWay.REVERT:
            message = line(session, "commit_fix")
            return GitOperation(
                job=git.Revert(commit=hotfix.source, branch=branch, message=message, signed=sign)
            )
        case FixWay.PICK:
            return GitOperation(job=git.Pick(commit=hotfix.source, branch=branch, signed=sign))
        case FixWay.FLAG:
            return _launch(
                task, StepKind.FIX, session.service.flags.get(hotfix.source), "no such flag"
            )
        case _:
            return NoOperation(why="people push it")


def plan_bump(task: PlanTask) -> Operation:
    session = task.session
    rule = session.pipeline.version
    if rule is None:
        return NoOperation(why="this playbook has no version files")
    return GitOperation(
        job=git.BumpVersion(
            branch=work_branch(session),
            rule=rule,
            tag_pattern=session.pipeline.tag or PLAIN_TAG,
            message=line_with_version(session, "commit_bump"),
            signed=task.signed(StepKind.BUMP),
        )
    )


def plan_pull_request(task: PlanTask) -> Operation:
    session = task.session
    if session.service.forge is ForgeKind.GIT:
        return NoOperation(why="a plain git server has no pull requests: the merge is pushed")
    rule = session.pipeline.pull_request
    draft = PullRequestDraft(
        head=session.hotfix.branch,
        base=session.hotfix.production,
        title=line(session, "pr_title"),
        body=document(session, "pr_body"),
        labels=rule.labels if rule else (),
        reviewers=_reviewers(session, rule),
    )
    return OpenPull(draft=draft)


def _reviewers(session: HotfixSession, rule: PullRequestRule | None) -> tuple[str, ...]:
    """Who is asked on the forge, as far as chatops.yml says who they are there."""
    known = session.incident_session.team.git.reviewers
    audiences = rule.reviewers if rule is not None else ()
    return tuple(dict.fromkeys(name for each in audiences for name in known.get(each, ())))


def plan_merge(task: PlanTask) -> Operation:
    session = task.session
    hotfix = session.hotfix
    way = session.pipeline.merge or MergeWay.MERGE
    if way is MergeWay.SQUASH:
        message = line(session, "commit_fix")
    else:
        message = f"Merge branch '{hotfix.branch}' into {hotfix.production}"
    if hotfix.pull_request is not None:
        number = hotfix.pull_request.number
        return MergePull(number=number, way=way, sha=hotfix.head, message=message)
    return GitOperation(
        job=git.Merge(
            commit=hotfix.head,
            into=hotfix.production,
            way=way,
            message=message,
            signed=task.signed(StepKind.MERGE),
        )
    )


def plan_tag(task: PlanTask) -> Operation:
    session = task.session
    hotfix = session.hotfix
    if not hotfix.release:
        return NoOperation(why="there is no version to tag")
    name = fill_pattern(session.pipeline.tag or PLAIN_TAG, {"version": hotfix.release})
    return GitOperation(
        job=git.Tag(
            tag=str(TagName(name)),
            commit=hotfix.merged or hotfix.head,
            message=line(session, "tag_message"),
            signed=task.signed(StepKind.TAG),
        )
    )


def _launch(task: PlanTask, kind: StepKind, what: Runnable | Command | None, why: str) -> Operation:
    """Run it; every later look at a workflow asks for the run of this attempt."""
    if what is None:
        return NoOperation(why=why)
    session, run = task.session, task.session.hotfix.step(kind)
    since = (run.started_at if run is not None else None) or task.at
    return RunOperation(
        what=what, values=values(session), since=since, mark=f"{session.mark} {since:%H%M%S}"
    )


def plan_backport(task: PlanTask) -> Operation:
    session, target = task.session, task.target
    hotfix, rule = session.hotfix, session.pipeline.backport
    if rule is None or not hotfix.shipped:
        return NoOperation(why="there is nothing in production to bring back")
    commits = fix_commits(session)
    branch = _backport_branch(session, rule, target)
    title = line(session, "backport_title", base=target)
    job = git.BringBack(
        target=target,
        method=_method(rule, len(commits)),
        commits=commits,
        base=hotfix.base,
        head=hotfix.head,
        message=title,
        signed=task.signed(StepKind.BACKPORT),
        bump=hotfix.bump,
        pull_branch=branch,
        draft=branch is not None,
    )
    if branch is None or rule.pull_request is None or session.service.forge is ForgeKind.GIT:
        return GitOperation(job=job)
    draft = PullRequestDraft(
        head=branch,
        base=target,
        title=title,
        body=document(session, "backport_body", base=target),
        labels=rule.pull_request.labels,
        reviewers=_reviewers(session, rule.pull_request),
    )
    return GitOperation(job=job, draft=draft)


def _method(rule: BackportRule, commits: int) -> BackportMethod:
    return rule.several if commits > 1 and rule.several is not None else rule.method


def _backport_branch(session: HotfixSession, rule: BackportRule, target: str) -> str | None:
    """The branch that carries the fix to ``target``; none where it is pushed to it directly.

    A plain git server has no pull requests, so there the target itself is pushed to.
    """
    if rule.branch is None or session.service.forge is ForgeKind.GIT:
        return None
    facts = {
        "slug": slug(session.hotfix.title) or slug(session.incident.reference),
        "reference": session.incident.reference,
        "ticket": session.hotfix.ticket,
        "version": session.hotfix.release,
        "increment": session.hotfix.increment,
    }
    name = fill_pattern(rule.branch, facts)
    several = len(session.targets) > 1
    return str(BranchName(f"{name}-{slug(target)}" if several else name))


def owed_targets(session: HotfixSession) -> tuple[str, ...]:
    """The targets that nobody has brought the fix to yet."""
    waiting = {BackportState.OWED, BackportState.CONFLICT, BackportState.UNSURE}
    return tuple(each.target for each in session.hotfix.backports if each.state in waiting)


def plan_stage(task: PlanTask) -> Operation:
    return _launch(task, StepKind.STAGE, task.session.service.stage, "no staging command is set up")


def plan_deploy(task: PlanTask) -> Operation:
    if task.name == DEPLOYED:
        return plan_look(task)
    return _launch(
        task, StepKind.DEPLOY, task.session.service.deploy, "no deploy command is set up"
    )


def plan_look(task: PlanTask) -> Operation:
    """Ask production, as it was asked before."""
    checks = checks_of(task.session, task.name)
    firsts = tuple(task.session.hotfix.before.get(check.title) for check in checks)
    return CheckOperation(checks=checks, values=values(task.session), firsts=firsts)


def checks_of(session: HotfixSession, work: str) -> tuple[Check, ...]:
    """What production is asked: what it runs, whether it works, or whether it goes on to."""
    service = session.service
    if work in {DEPLOYED, RollbackStep.CHECK}:
        return () if service.deployed is None else (service.deployed,)
    return service.watch if work == StepKind.WATCH else service.verify


def plan_nothing(task: PlanTask) -> Operation:
    """People do it."""
    del task
    return NoOperation(why="people do it")


def plan_align(task: PlanTask) -> Operation:
    fix = fix_commits(task.session)
    return Prove(base=task.session.hotfix.base, fix=fix, target=task.target)


def plan_clean_up(task: PlanTask) -> Operation:
    hotfix = task.session.hotfix
    kept_in = hotfix.merged or hotfix.production
    return GitOperation(job=git.RemoveBranch(branch=hotfix.branch, kept_in=kept_in))
