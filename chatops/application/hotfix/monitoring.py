"""Looks out for what others do: pushes, pull requests, and targets that gain or lose the fix."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chatops.application.hotfix.deadlines import ask_to_decide, looks_well
from chatops.application.hotfix.operate import CheckReadings
from chatops.application.hotfix.plan import (
    CheckOperation,
    fix_commits,
    production_candidates,
    values,
    work_branch,
)
from chatops.application.hotfix.session import HotfixSession
from chatops.application.hotfix.state_machine import end, end_or_rest, fail, watching
from chatops.application.ports.external import ExternalError, ExternalSystems, Pull
from chatops.application.ports.git import BranchState
from chatops.domain.git.alignment import ProofResult
from chatops.domain.hotfix.model import (
    Backport,
    BackportState,
    Hotfix,
    HotfixState,
    StepRun,
    StepState,
)
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import DoStep
from chatops.domain.messages.posts import ActionId, ButtonStyle
from chatops.domain.playbook.hotfix import WatchWindow
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.services import Check, Service

#: How soon it is looked again: while people work on it, and while only the targets may change.
SOON, LATER = timedelta(seconds=30), timedelta(minutes=10)
#: A look that belongs to no chain: nothing follows it.
BESIDE = -1
#: So long after it was proven, a target that loses the fix again is noticed.
KEEP_LOOKING = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What there is to look at."""

    service: Service
    hotfix: Hotfix
    branch: str
    candidates: tuple[str, ...]
    fix: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBackport:
    """A target, and the pull request into it, as they are now."""

    target: str
    tip: str
    verdict: ProofResult | None = None
    pull: Pull | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen; ``production`` and ``base`` where there is no branch of the fix's own.

    ``known`` is the hotfix as it was then: what has changed since was not seen.
    """

    known: Hotfix | None = None
    branch: BranchState | None = None
    production: str = ""
    base: str = ""
    pull: Pull | None = None
    backports: Mapping[str, SeenBackport] = field(default_factory=dict)
    trouble: str = ""


def is_worth_a_look(hotfix: Hotfix, now: datetime) -> bool:
    """Whether anything may still happen to it."""
    if hotfix.state is HotfixState.RUNNING or hotfix.owed:
        return True
    proven = [each.proven_at for each in hotfix.backports if each.proven_at is not None]
    return any(now - moment < KEEP_LOOKING for moment in proven)


def next_look(hotfix: Hotfix) -> timedelta:
    """How long until the next look."""
    current = hotfix.current
    lively = current is not None or any(
        each.state is BackportState.OPENED for each in hotfix.backports
    )
    return SOON if lively else LATER


class ForgePoller:
    """Looks at repositories and forges."""

    def __init__(self, outside: ExternalSystems) -> None:
        self._outside = outside

    def watched(self, session: HotfixSession) -> Watched:
        """Raises ServiceGone."""
        return Watched(
            service=session.service,
            hotfix=session.hotfix,
            branch=work_branch(session),
            candidates=production_candidates(session),
            fix=fix_commits(session),
        )

    def look(self, watched: Watched) -> Observation:
        """See how everything stands; what cannot be asked now is asked the next time."""
        try:
            return self._look(watched)
        except ExternalError as trouble:
            return Observation(trouble=str(trouble))

    def _look(self, watched: Watched) -> Observation:
        hotfix, service = watched.hotfix, watched.service
        repositories, forge = self._outside.repositories, self._outside.forges.of(service)
        production, base = hotfix.production, hotfix.base
        branch = None
        if hotfix.state is HotfixState.RUNNING and not _left(hotfix):
            if not production and hotfix.step(StepKind.BRANCH) is None:
                production = repositories.production(service, watched.candidates)
                base = repositories.log(service, production, limit=1).tip
            name = watched.branch or production
            if name and base:
                branch = repositories.state(service, name, base=base)
        pull = None
        if forge is not None and hotfix.pull_request is not None and not hotfix.merged:
            pull = forge.read(service, hotfix.pull_request.number)
        backports = {
            each.target: self._look_at(watched, each)
            for each in hotfix.backports
            if _matters(hotfix, each)
        }
        return Observation(
            known=hotfix,
            branch=branch,
            production=production,
            base=base,
            pull=pull,
            backports=backports,
        )

    def _look_at(self, watched: Watched, backport: Backport) -> SeenBackport:
        service = watched.service
        forge = self._outside.forges.of(service)
        pull = None
        if forge is not None and backport.pull_request is not None:
            pull = forge.read(service, backport.pull_request.number)
        base = watched.hotfix.base
        repositories = self._outside.repositories
        tip = repositories.state(service, backport.target, base=base).tip
        if tip == backport.tip or not watched.fix:
            return SeenBackport(target=backport.target, tip=tip, pull=pull)
        proven_at, verdict = repositories.prove(
            service, base=base, fix=watched.fix, target=backport.target
        )
        return SeenBackport(target=backport.target, tip=proven_at, verdict=verdict, pull=pull)


def _left(hotfix: Hotfix) -> bool:
    """Whether the fix has left its branch: what comes onto it now is another matter."""
    steps = [StepKind.MERGE, StepKind.TAG, StepKind.DEPLOY]
    if hotfix.step(StepKind.BRANCH) is None:
        steps.append(StepKind.FIX)
    return any(hotfix.is_done(kind) for kind in steps)


def _matters(hotfix: Hotfix, backport: Backport) -> bool:
    """Whether the target may have gained the fix, or lost it."""
    shipped = bool(hotfix.merged or hotfix.deployed)
    return shipped and backport.state is not BackportState.WAIVED


#: How soon production is asked again what it runs, or whether it works by now.
_AGAIN = timedelta(seconds=15)
#: So many looks until a deploy has arrived, and until it works.
_LOOKS_FOR_DEPLOY, _LOOKS_FOR_HEALTH = 40, 4
#: From this look on production has little time left to show what it runs.
LAST_LOOKS_FOR_DEPLOY = _LOOKS_FOR_DEPLOY - 4
#: A step keeps so many readings; the first and the newest tell the story.
_MOST_READINGS = 240
#: How long is watched where neither step nor playbook says.
_DEFAULT_WATCH = timedelta(minutes=30)


def checks_of(session: HotfixSession, step: str) -> tuple[Check, ...]:
    """What is asked at a step."""
    service = session.service
    if step == "deployed":
        return () if service.deployed is None else (service.deployed,)
    return service.watch if step == StepKind.WATCH else service.verify


def looks_at(session: HotfixSession, step: str) -> CheckOperation:
    """The order to look. Raises ServiceGone."""
    checks = checks_of(session, step)
    firsts = tuple(session.hotfix.before.get(check.title) for check in checks)
    return CheckOperation(checks=checks, values=values(session), firsts=firsts)


def baseline_of(session: HotfixSession) -> CheckOperation | None:
    """What must be measured before the fix goes out, since it has to fall; none if it was."""
    asked = (*session.service.verify, *session.service.watch)
    checks = tuple({check.title: check for check in asked if check.falls}.values())
    if not checks or session.hotfix.before:
        return None
    return CheckOperation(checks=checks, values=values(session), firsts=tuple(None for _ in checks))


def take_readings(session: HotfixSession, act: DoStep, readings: CheckReadings) -> None:
    """Take what production answered, and decide whether to ask again."""
    checks = checks_of(session, act.step)
    _keep_first(session, checks, readings)
    lines = tuple(
        f"{check.title}: {reading.said}"
        for check, reading in zip(checks, readings.readings, strict=False)
    )
    match act.step:
        case "deployed":
            _take_deployed(session, act, lines, good=readings.good)
        case StepKind.VERIFY:
            _take_health(session, act, lines, good=readings.good)
        case _:
            pairs = zip(lines, readings.readings, strict=False)
            bad = tuple(line for line, reading in pairs if not reading.good)
            _take_watch(session, act, lines, bad)


def _keep_first(session: HotfixSession, checks: tuple[Check, ...], readings: CheckReadings) -> None:
    """What must fall and could not be measured before is compared with its first reading."""
    first = {
        check.title: reading.value
        for check, reading in zip(checks, readings.readings, strict=False)
        if check.falls and reading.value is not None and check.title not in session.hotfix.before
    }
    if first:
        session.change(before={**session.hotfix.before, **first})


def _take_deployed(
    session: HotfixSession, act: DoStep, lines: tuple[str, ...], *, good: bool
) -> None:
    if good:
        is_deployed(session, *lines)
    elif act.look < _LOOKS_FOR_DEPLOY:
        session.do_step("deployed", round_=act.round, look=act.look + 1, after=_AGAIN)
    else:
        fail(session, StepKind.DEPLOY, "production still runs something else", *lines)


def is_deployed(session: HotfixSession, *evidence: str) -> None:
    """Production runs the fix."""
    tell_deployed(session, *evidence)
    end(session, StepKind.DEPLOY, *evidence)


def tell_deployed(session: HotfixSession, *evidence: str) -> None:
    """Note what production runs, and say so."""
    what = session.hotfix.merged or session.hotfix.head
    session.change(deployed=what, deployed_at=session.now)
    watching(session)
    ran = f"v{session.hotfix.release} ({what[:7]})" if session.hotfix.release else what[:7]
    session.note(f"Deployed to production: {ran}", EntryKind.DEPLOYED)
    session.tell_room(f"deployed:{what}", session.post("deployed", lines=evidence))


def _take_health(
    session: HotfixSession, act: DoStep, lines: tuple[str, ...], *, good: bool
) -> None:
    if good:
        looks_well(session)
        end_or_rest(session, StepKind.VERIFY, *lines)
    elif act.look < _LOOKS_FOR_HEALTH:
        session.do_step(StepKind.VERIFY, round_=act.round, look=act.look + 1, after=_AGAIN)
    else:
        fail(session, StepKind.VERIFY, "production does not work as it should", *lines)
        ask_to_decide(session)


def _take_watch(
    session: HotfixSession, act: DoStep, lines: tuple[str, ...], bad: tuple[str, ...]
) -> None:
    good = not bad
    step = session.hotfix.step(StepKind.WATCH)
    assert step is not None  # noqa: S101 - only a pipeline with this step is watched
    was_good = not step.trouble
    step = _with_readings(step, session.now, lines, bad)
    session.hotfix = session.hotfix.with_step(step)
    if not good and was_good:
        _tell_bad(session, act, bad)
    elif good and not was_good:
        looks_well(session)
        session.note("Production works again", EntryKind.READING, reason="; ".join(lines))
        session.tell_thread(f"watch_good:{act.look}", session.post("watch_good", lines=lines))
    if good and session.now >= watched_until(session, step):
        end(session, StepKind.WATCH, *lines)
    else:
        session.do_step(
            StepKind.WATCH,
            round_=act.round,
            look=act.look + 1,
            after=max(session.service.look_every, timedelta(seconds=5)),
        )


def _with_readings(
    step: StepRun, now: datetime, lines: tuple[str, ...], bad: tuple[str, ...]
) -> StepRun:
    read = tuple(f"{now:%H:%M:%S} {line}" for line in lines)
    kept = (*step.evidence, *read)
    if len(kept) > _MOST_READINGS:
        kept = (*kept[:1], *kept[1 - _MOST_READINGS :])
    trouble = "; ".join(bad)
    return StepRun(
        kind=step.kind,
        title=step.title,
        state=StepState.RUNNING,
        since=step.since,
        started_at=step.started_at,
        by=step.by,
        round=step.round,
        evidence=kept,
        trouble=trouble,
    )


def _tell_bad(session: HotfixSession, act: DoStep, lines: tuple[str, ...]) -> None:
    """Offer to go back at once, with what the playbook says to weigh."""
    session.note("Production does not look well", EntryKind.READING, reason="; ".join(lines))
    rollback = session.button(ActionId.ROLLBACK, "Roll back…", tone=ButtonStyle.DANGER)
    status = session.button(ActionId.HOTFIX_STATUS, "Show the hotfix")
    post = session.post("watch_bad", rollback, status, lines=lines, rule=session.policy.rollback)
    session.tell_room(f"watch_bad:{act.round}:{act.look}", post)
    ask_to_decide(session)


def watch_window(session: HotfixSession) -> WatchWindow | None:
    """The first window of the playbook: the one in which somebody looks all the time."""
    return next(iter(session.policy.watch), None)


def watched_until(session: HotfixSession, step: StepRun) -> datetime:
    """When the watch is over, if all stays well."""
    policy, window = session.step(StepKind.WATCH), watch_window(session)
    lasts = policy.takes or (window.lasts if window is not None else None)
    start = step.started_at or step.since or session.now
    return start + (lasts[0] if lasts is not None else _DEFAULT_WATCH)
