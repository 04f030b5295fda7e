"""Asks production what it runs and whether it works, and says what the answers mean."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chatops.application.hotfix.deadlines import cancel_decision, promise_decision
from chatops.application.hotfix.operate import (
    CheckReadings,
    StepContinues,
    StepDone,
    StepFailed,
    StepOutcome,
)
from chatops.application.hotfix.plan import CheckOperation, checks_of, values
from chatops.application.hotfix.session import HotfixSession
from chatops.domain.hotfix.model import StepRun, StepState
from chatops.domain.incident.model import Status
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import DoStep
from chatops.domain.messages.posts import ActionId, ButtonStyle
from chatops.domain.playbook.hotfix import WatchWindow
from chatops.domain.playbook.pipeline import DEPLOYED, RollbackStep, StepKind
from chatops.domain.services import Check

#: How soon production is asked again what it runs, or whether it works by now.
_AGAIN = timedelta(seconds=15)
#: So many looks until a deploy has arrived, and until it works.
_LOOKS_FOR_DEPLOY, _LOOKS_FOR_HEALTH = 40, 4
#: From this look on production has little time left to show what it runs.
LAST_LOOKS_FOR_DEPLOY = _LOOKS_FOR_DEPLOY - 4
_OTHER, _ILL = "production still runs something else", "production does not work as it should"
#: So many looks at each, and what is in the way after the last.
_PATIENCE: Mapping[str, tuple[int, str]] = {
    DEPLOYED: (_LOOKS_FOR_DEPLOY, _OTHER),
    StepKind.VERIFY: (_LOOKS_FOR_HEALTH, _ILL),
    RollbackStep.CHECK: (_LOOKS_FOR_DEPLOY, _OTHER),
    RollbackStep.VERIFY: (_LOOKS_FOR_HEALTH, _ILL),
}
#: A step keeps so many readings; the first and the newest tell the story.
_MOST_READINGS = 240
#: How long is watched where neither step nor playbook says.
_DEFAULT_WATCH = timedelta(minutes=30)


def baseline_of(session: HotfixSession) -> CheckOperation | None:
    """What must be measured before the fix goes out, since it has to fall; none if it was."""
    asked = (*session.service.verify, *session.service.watch)
    checks = tuple({check.title: check for check in asked if check.falls}.values())
    if not checks or session.hotfix.before:
        return None
    return CheckOperation(checks=checks, values=values(session), firsts=tuple(None for _ in checks))


def _keep_first(session: HotfixSession, checks: tuple[Check, ...], readings: CheckReadings) -> None:
    """What must fall and could not be measured before is compared with its first reading."""
    first = {
        check.title: reading.value
        for check, reading in zip(checks, readings.readings, strict=False)
        if check.falls and reading.value is not None and check.title not in session.hotfix.before
    }
    if first:
        session.change(before={**session.hotfix.before, **first})


def said(session: HotfixSession, work: str, readings: CheckReadings) -> tuple[str, ...]:
    """What production answered, in one line for each check."""
    pairs = zip(checks_of(session, work), readings.readings, strict=False)
    return tuple(f"{check.title}: {reading.said}" for check, reading in pairs)


def await_good(work: str, look: int, lines: tuple[str, ...], *, good: bool) -> StepOutcome:
    """Done once all is good; until then it is asked again, for as long as that may help."""
    if good:
        return StepDone(evidence=lines)
    most, why = _PATIENCE[work]
    if look < most:
        return StepContinues(work=work, look=look + 1, after=_AGAIN)
    return StepFailed(why=why, evidence=lines)


def take_deployed(session: HotfixSession, act: DoStep, readings: CheckReadings) -> StepOutcome:
    """What production runs: the fix, or it is asked again for a while."""
    lines = _read(session, act.step, readings)
    if readings.good:
        tell_deployed(session, *lines)
    return await_good(DEPLOYED, act.look, lines, good=readings.good)


def _read(session: HotfixSession, work: str, readings: CheckReadings) -> tuple[str, ...]:
    """Keep what was measured first, and give it as lines for people."""
    _keep_first(session, checks_of(session, work), readings)
    return said(session, work, readings)


def tell_deployed(session: HotfixSession, *evidence: str) -> None:
    """Note what production runs, and say so."""
    what = session.hotfix.merged or session.hotfix.head
    session.change(deployed=what, deployed_at=session.now)
    _watch_from_now_on(session)
    version = session.hotfix.in_production
    ran = f"v{version} ({what[:7]})" if version else what[:7]
    session.note(f"Deployed to production: {ran}", EntryKind.DEPLOYED)
    session.tell_room(f"deployed:{what}", session.post("deployed", lines=evidence))


def take_health(session: HotfixSession, act: DoStep, readings: CheckReadings) -> StepOutcome:
    """Whether production works with the fix; where it does not, somebody is to decide."""
    lines = _read(session, act.step, readings)
    outcome = await_good(StepKind.VERIFY, act.look, lines, good=readings.good)
    if isinstance(outcome, StepDone):
        cancel_decision(session)
        return replace(outcome, confirm=True)
    if isinstance(outcome, StepFailed):
        promise_decision(session)
    return outcome


def take_watch(session: HotfixSession, act: DoStep, readings: CheckReadings) -> StepOutcome:
    """Whether production goes on to work; looked at until the time of the watch is over."""
    lines = _read(session, act.step, readings)
    pairs = zip(lines, readings.readings, strict=False)
    bad = tuple(line for line, reading in pairs if not reading.good)
    step = session.hotfix.step(StepKind.WATCH)
    assert step is not None  # noqa: S101 - only a pipeline with this step is watched
    session.hotfix = session.hotfix.with_step(_with_readings(step, session.now, lines, bad))
    if bad and not step.trouble:
        _tell_bad(session, act, bad)
    elif step.trouble and not bad:
        cancel_decision(session)
        session.note("Production works again", EntryKind.READING, reason="; ".join(lines))
        session.tell_thread(f"watch_good:{act.look}", session.post("watch_good", lines=lines))
    if not bad and session.now >= watched_until(session, step):
        return StepDone(evidence=lines)
    after = max(session.service.look_every, timedelta(seconds=5))
    return StepContinues(work=act.step, look=act.look + 1, after=after)


def _with_readings(
    step: StepRun, now: datetime, lines: tuple[str, ...], bad: tuple[str, ...]
) -> StepRun:
    read = tuple(f"{now:%H:%M:%S} {line}" for line in lines)
    kept = (*step.evidence, *read)
    if len(kept) > _MOST_READINGS:
        kept = (*kept[:1], *kept[1 - _MOST_READINGS :])
    return replace(step, state=StepState.RUNNING, evidence=kept, trouble="; ".join(bad))


def _tell_bad(session: HotfixSession, act: DoStep, lines: tuple[str, ...]) -> None:
    """Offer to go back at once, with what the playbook says to weigh."""
    session.note("Production does not look well", EntryKind.READING, reason="; ".join(lines))
    rollback = session.button(ActionId("rollback"), "Roll back…", tone=ButtonStyle.DANGER)
    status = session.button(ActionId("hotfix_status"), "Show the hotfix")
    post = session.post("watch_bad", rollback, status, lines=lines, rule=session.policy.rollback)
    session.tell_room(f"watch_bad:{act.round}:{act.look}", post)
    promise_decision(session)


def watch_window(session: HotfixSession) -> WatchWindow | None:
    """The first window of the playbook: the one in which somebody looks all the time."""
    return next(iter(session.policy.watch), None)


def watched_until(session: HotfixSession, step: StepRun) -> datetime:
    """When the watch is over, if all stays well."""
    policy, window = session.step(StepKind.WATCH), watch_window(session)
    lasts = policy.takes or (window.lasts if window is not None else None)
    start = step.started_at or step.since or session.now
    return start + (lasts[0] if lasts is not None else _DEFAULT_WATCH)


def _watch_from_now_on(session: HotfixSession) -> None:
    """The fix is in production: the incident is watched."""
    if session.incident.status in {Status.INVESTIGATING, Status.FIXING}:
        session.incident_session.incident = session.incident.mitigated(session.now)
