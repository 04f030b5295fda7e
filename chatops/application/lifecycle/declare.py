"""Declares an incident: its record, channel, announcement, first promises and pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from chatops.application.authorization import PeopleDirectory
from chatops.application.drills.course import pause_for
from chatops.application.incidents.paging import notify, on_call, paged_at_once
from chatops.application.incidents.roles import find_role, tell_holder
from chatops.application.ports.storage import Search, UnitOfWork
from chatops.application.session import IncidentSession, Sessions, take_once
from chatops.domain.errors import TooLong
from chatops.domain.incident.model import (
    COMMANDER,
    Incident,
    channel_name,
    clean_title,
    reference,
    similar,
)
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import Answer, OpenChannel, PinBoard
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.playbook.policy import Playbook, Severity, Snapshot
from chatops.domain.promises.while_running import severity_promises
from chatops.domain.team import Permission

#: The most that a longer text of the declare form may have.
TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareRequest:
    """What is broken, as somebody says it.

    ``answer_url`` is where to tell them that the channel is open. ``source`` links the message
    that gave rise to it. ``similar_seen`` says that they were shown what it might repeat.
    ``unasked`` says that no person asked for it: ``user`` is the first who is told, and whoever
    takes it up leads it.
    """

    team: str
    user: str
    now: datetime
    title: str
    severity: str
    impact: str = ""
    symptoms: str = ""
    private: bool = False
    commander: str | None = None
    reported_by: str | None = None
    detected_at: datetime | None = None
    service: str | None = None
    source: str | None = None
    answer_url: str | None = None
    similar_seen: bool = False
    once: str | None = None
    unasked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What came of it: the incident, or else the open ones that it might repeat."""

    answer: Post
    incident: Incident | None
    similar: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarePlan:
    """A request that is in order; ``notices`` maps the severity's audiences to their people."""

    title: str
    snapshot: Snapshot
    severity: Severity
    notices: Mapping[str, Sequence[str]]


class Declare:
    """Declare an incident."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: DeclareRequest) -> Declared:
        """Check, store and set everything going.

        Raises:
            NoTitle, TooLong, UnknownSeverity, NotAllowed, Repeated
        """
        plan = self.planned(request)
        self._directory.authorization(request.user, Permission.DECLARE).require(None)
        with self._sessions.writing() as work:
            take_once(work, request.once, request.now)
            alike = _alike(work, request, plan.title)
            if alike and not request.similar_seen:
                return self._ask_back(work, alike, request, plan.title)
            session = self.within(work, request, plan)
            answer = session.answer("declared_answer")
            if request.answer_url is not None:
                done = session.post("channel_open_answer")
                session.do("answer", session.room.lane, Answer(url=request.answer_url, post=done))
            return Declared(answer=answer, incident=session.incident)

    def planned(self, request: DeclareRequest) -> DeclarePlan:
        """Check a request, and find out whom to tell; may ask the chat, so ask it beforehand.

        Raises:
            NoTitle, TooLong, UnknownSeverity
        """
        title = clean_title(request.title)
        for what, text in (("impact", request.impact), ("symptoms", request.symptoms)):
            if len(text) > TEXT_LIMIT:
                raise TooLong(what=what, limit=TEXT_LIMIT, length=len(text))
        snapshot = self._sessions.playbooks.current()
        severity = self._sessions.playbooks.revive(snapshot).severity(request.severity)
        return DeclarePlan(
            title=title,
            snapshot=snapshot,
            severity=severity,
            notices={
                each.audience: self._directory.people(each.audience) for each in severity.notify
            },
        )

    def within(
        self, work: UnitOfWork, request: DeclareRequest, plan: DeclarePlan
    ) -> IncidentSession:
        """Declare it inside a transaction that is open already."""
        work.snapshots.keep(plan.snapshot)
        playbook = self._sessions.playbooks.revive(plan.snapshot)
        incident = _record(work, request, plan, playbook)
        if not request.unasked and request.user in on_call(plan.severity, plan.notices):
            incident = replace(incident, acknowledged_by=request.user, acknowledged_at=request.now)
        actor = None if request.unasked else request.user
        session = self._sessions.within(work, incident, actor=actor, now=request.now)
        _open(session, request, paged_at_once(plan.severity, plan.notices))
        session.finish(was=replace(incident, version=0, title=""))
        _set_going(session, request, plan)
        pause_for(self._sessions, work, session.incident, request.now)
        return session

    def _ask_back(
        self, work: UnitOfWork, alike: tuple[Incident, ...], request: DeclareRequest, title: str
    ) -> Declared:
        session = self._sessions.within(work, alike[0], actor=request.user, now=request.now)
        joins = tuple(
            Button(ask=ActionId("join"), label=f"Join {each.reference}", about=str(each.id))
            for each in alike
        )
        first, *others = joins
        wanted = replace(first, tone=ButtonStyle.WANTED)
        anyway = Button(
            ask=ActionId("declare"), label="Declare a new one", about=f"{request.severity}|{title}"
        )
        post = session.answer(
            "similar_answer", buttons=(wanted, *others[:2], anyway), title=title, alike=alike
        )
        return Declared(answer=post, incident=None, similar=alike)


def _alike(work: UnitOfWork, request: DeclareRequest, title: str) -> tuple[Incident, ...]:
    search = _running(request.team, request.user)
    return similar(title, work.incidents.find(search))


def _running(team: str, user: str) -> Search:
    """What a new incident could repeat: a drill is none."""
    return Search(team=team, viewer=user, running_only=True, drills=False, limit=100)


def _record(
    work: UnitOfWork, request: DeclareRequest, plan: DeclarePlan, playbook: Playbook
) -> Incident:
    title, severity = plan.title, plan.severity
    year = request.now.year
    number = work.incidents.next_number(request.team, year)
    # A private channel's name is seen by nobody outside, but its number alone is safer in logs.
    named = "" if request.private else title
    return work.incidents.add(
        Incident(
            id=0,
            team=request.team,
            year=year,
            number=number,
            reference=reference(playbook.reference, year=year, number=number),
            title=title,
            severity=severity.key,
            severity_since=request.now,
            playbook=plan.snapshot.digest,
            declared_by=request.user,
            declared_at=request.now,
            detected_at=min(request.detected_at or request.now, request.now),
            reported_by=request.reported_by,
            private=request.private,
            service=request.service,
            impact=request.impact.strip(),
            symptoms=request.symptoms.strip(),
            roles={} if request.unasked else {COMMANDER: request.commander or request.user},
            channel_name=channel_name(playbook.channel, year=year, number=number, title=named),
            next_update_at=_first_update(severity, request.now),
        )
    )


def _first_update(severity: Severity, now: datetime) -> datetime | None:
    return now + severity.update_every if severity.update_every is not None else None


def _open(session: IncidentSession, request: DeclareRequest, paged: Sequence[str]) -> None:
    """Ask for the channel and for everybody in it, which with the board makes it usable."""
    session.do("open", session.room.lane, OpenChannel(incident=session.incident.id))
    session.invite(request.user, *filter(None, (request.commander,)), *paged)
    if request.commander:
        tell_holder(session, find_role(session, COMMANDER), request.commander)


def _set_going(session: IncidentSession, request: DeclareRequest, plan: DeclarePlan) -> None:
    """Write down the first turn of the story, its promises, and who is to hear of it."""
    session.note(
        EntryKind.DECLARED,
        f"Declared {plan.severity.label}: {session.incident.title}",
        source=request.source,
    )
    if session.incident.detected_at < session.now - timedelta(minutes=1):
        session.note(EntryKind.NOTE, "First noticed", at=session.incident.detected_at)
    for promise in severity_promises(session.incident, plan.severity, session.now):
        session.promise(promise)
    session.keep_role_promises()
    session.do("pin", session.room.lane, PinBoard(incident=session.incident.id))
    notify(session, plan.notices)


def similar_open(sessions: Sessions, *, team: str, user: str, title: str) -> tuple[Incident, ...]:
    """What a new incident of that title might repeat, as far as ``user`` may know."""
    with sessions.storage.reading() as work:
        search = _running(team, user)
        return tuple(islice(similar(title, work.incidents.find(search)), 3))
