"""What a hotfix's card shows: its steps, with their time, and what can be done next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chatops.application.hotfix.approval_requests import still_needed
from chatops.application.hotfix.plan import PLAIN_TAG
from chatops.application.hotfix.rollback import ways_open
from chatops.application.hotfix.rollback_steps import is_back
from chatops.application.hotfix.session import (
    HotfixRequest,
    HotfixSession,
    HotfixSessions,
    LogRequest,
    meant,
)
from chatops.application.hotfix.steps import skip_rule
from chatops.application.ports.external import ExternalSystems
from chatops.application.session import IncidentSession
from chatops.domain.hotfix.errors import UnknownService
from chatops.domain.hotfix.model import Hotfix, StepRun, StepState
from chatops.domain.incident.model import Incident
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.playbook.hotfix import RollbackWay, SeverityRules
from chatops.domain.playbook.pipeline import Skip, Step, StepForm, StepKind
from chatops.domain.playbook.policy import Playbook, Severity
from chatops.domain.services import Service

#: So many steps that are done are named; the earlier ones are counted.
_DONE_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """A step as the card shows it: how long it took or takes, of how much."""

    run: StepRun
    took: timedelta | None = None
    budget: timedelta | None = None

    @property
    def late(self) -> bool:
        return self.took is not None and self.budget is not None and self.took > self.budget


def card(session: HotfixSession) -> Post:
    """The message that is edited as the hotfix goes on."""
    hotfix = session.hotfix
    lines = [step_line(session, step) for step in hotfix.steps]
    done = [line for line in lines if line.run.state.over]
    rest = [line for line in lines if not line.run.state.over]
    elapsed = (hotfix.ended_at or session.now) - hotfix.started_at
    return session.incident_session.answer(
        "hotfix_card",
        heading=f"Hotfix {hotfix.number} · {hotfix.service} · {hotfix.title}"[:150],
        buttons=_buttons(session),
        more=_more(session),
        fix=hotfix,
        done=tuple(done[-_DONE_SHOWN:]),
        earlier=max(0, len(done) - _DONE_SHOWN),
        rest=tuple(rest),
        elapsed=elapsed,
        target=session.pipeline.target,
        needed=still_needed(session),
        engineer=session.engineer,
    )


def hotfix_screen(incident_session: IncidentSession, number: int) -> tuple[Post, int]:
    """The card of a hotfix, and the version of the hotfix that it shows."""
    hotfix = meant(incident_session, number)
    return card(HotfixSession(incident_session, hotfix)), hotfix.version


def step_line(session: HotfixSession, run: StepRun) -> StepLine:
    """A step with the time it took or takes, and the time it may take."""
    policy: Step = session.step(run.kind)
    took = run.lasted(session.now) if run.since is not None else None
    if policy.by is not None:
        end = run.ended_at or session.now
        started = run.since is not None or run.state.over
        elapsed = end - session.hotfix.started_at if started else None
        return StepLine(run=run, took=elapsed, budget=policy.by)
    return StepLine(run=run, took=took, budget=policy.takes[1] if policy.takes else None)


def _buttons(session: HotfixSession) -> tuple[Button, ...]:
    hotfix, current = session.hotfix, session.hotfix.current
    buttons: list[Button] = []
    if hotfix.rollback is not None and hotfix.rollback.waits:
        again = session.button(ActionId("rollback"), "Roll back again…", tone=ButtonStyle.DANGER)
        return (is_back(session), again)
    if current is not None:
        buttons.extend(_for_step(session, current))
    elif hotfix.owed:
        target = hotfix.owed[0].target
        buttons.append(
            session.button(ActionId("backport"), "Backport…", target, ButtonStyle.WANTED)
        )
        buttons.append(session.button(ActionId("waive_backport"), "Waive…", target))
    if hotfix.deployed and hotfix.state in {"running", "done"}:
        buttons.append(session.button(ActionId("rollback"), "Roll back…", tone=ButtonStyle.DANGER))
    return tuple(buttons[:4])


def _for_step(session: HotfixSession, step: StepRun) -> list[Button]:
    if step.state is StepState.RUNNING:
        return []
    form = session.hotfix.form_of(step.kind)
    if form is StepForm.APPROVAL:
        head = session.hotfix.head if session.hotfix.comes_after_fix(StepKind.APPROVE) else ""
        return [
            session.button(ActionId("approve"), "Approve…", head, ButtonStyle.WANTED),
            *_skip(session, step),
        ]
    if form is StepForm.FIX:
        return [
            session.button(ActionId("hotfix_fix"), "The fix…", "", ButtonStyle.WANTED),
            *_skip(session, step),
        ]
    label = "Try again…" if step.state is StepState.FAILED else f"{step.title}…"
    wanted = session.button(ActionId("hotfix_next"), label[:75], str(step.kind), ButtonStyle.WANTED)
    return [wanted, *_skip(session, step)]


def _skip(session: HotfixSession, step: StepRun) -> list[Button]:
    if skip_rule(session, step.kind) is Skip.NEVER:
        return []
    return [session.button(ActionId("skip"), "Skip…", str(step.kind))]


def _more(session: HotfixSession) -> tuple[Button, ...]:
    hotfix: Hotfix = session.hotfix
    more = [session.button(ActionId("hotfix_log"), "Recent production commits")]
    if hotfix.current is not None:
        more.append(session.button(ActionId("hotfix_checklist"), "Checklist"))
    if hotfix.backports:
        more.append(session.button(ActionId("align"), "Prove again that the targets have it"))
    if hotfix.current is not None or any(
        step.kind.spec.beside and step.state is StepState.RUNNING for step in hotfix.steps
    ):
        more.append(session.button(ActionId("abort"), "Give the hotfix up"))
    return tuple(more)


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixView:
    """What a form about a hotfix is filled from; ``hotfix`` none where there is none yet.

    ``needed`` are the roles whose approval is missing, ``ways`` how production can be brought
    back.
    """

    incident: Incident
    playbook: Playbook
    severity: Severity
    services: tuple[Service, ...]
    hotfixes: Sequence[Hotfix] = ()
    hotfix: Hotfix | None = None
    rules: SeverityRules | None = None
    engineer: str | None = None
    needed: tuple[str, ...] = ()
    ways: tuple[RollbackWay, ...] = ()


class HotfixQueries:
    """Answers questions about hotfixes, for one pair of eyes."""

    def __init__(self, sessions: HotfixSessions, outside: ExternalSystems) -> None:
        self._sessions = sessions
        self._outside = outside

    def known(self, request: HotfixRequest) -> HotfixView:
        """What a form is filled from. Raises UnknownIncident, WhichHotfix."""
        with self._sessions.sessions.looking(request) as incident_session:
            known = incident_session.work.hotfixes.of(incident_session.incident.id)
            general = HotfixView(
                incident=incident_session.incident,
                playbook=incident_session.playbook,
                severity=incident_session.severity,
                services=tuple(incident_session.team.coded.values()),
                hotfixes=known,
                rules=incident_session.playbook.hotfix.severities.get(
                    incident_session.severity.key
                ),
            )
            if not known:
                return general
            session = HotfixSession(incident_session, meant(incident_session, request.number))
            return _with(general, session)

    def status(self, request: HotfixRequest) -> Post:
        """Where a hotfix stands. Raises NoHotfixYet, WhichHotfix."""
        with self._sessions.looking(request) as session:
            return card(session)

    def log(self, request: LogRequest) -> Post:
        """What production got lately; asks git, so it may take a while.

        Raises:
            UnknownService, ExternalError
        """
        with self._sessions.sessions.looking(request) as incident_session:
            service = self._service(incident_session, request.service)
            policy = incident_session.playbook.hotfix
            pipeline = policy.pipeline(service.pipeline) or policy.pipeline()
        repositories = self._outside.repositories
        candidates = pipeline.production if pipeline is not None else ("main", "master")
        named = (service.production,) if service.production else candidates
        branch = repositories.production(service, named)
        log = repositories.log(
            service,
            branch,
            limit=policy.show_commits,
            files=request.files,
            per_file=policy.show_commits_per_file,
            rule=pipeline.version if pipeline is not None else None,
            tag_pattern=(pipeline.tag if pipeline is not None else None) or PLAIN_TAG,
        )
        with self._sessions.sessions.looking(request) as incident_session:
            return incident_session.answer("hotfix_log", service=service, log=log)

    def _service(self, incident_session: IncidentSession, asked: str | None) -> Service:
        coded = incident_session.team.coded
        if asked is None:
            used = {
                each.service
                for each in incident_session.work.hotfixes.of(incident_session.incident.id)
            }
            meant_ = [
                *used,
                incident_session.incident.service or "",
                *(coded if len(coded) == 1 else ()),
            ]
            asked = next((name for name in meant_ if name in coded), "")
        if asked not in coded:
            raise UnknownService(asked, sorted(coded))
        return coded[asked]


def _with(general: HotfixView, session: HotfixSession) -> HotfixView:
    return HotfixView(
        incident=general.incident,
        playbook=general.playbook,
        severity=general.severity,
        services=general.services,
        hotfixes=general.hotfixes,
        rules=session.rules,
        hotfix=session.hotfix,
        engineer=session.engineer,
        needed=still_needed(session),
        ways=ways_open(session),
    )
