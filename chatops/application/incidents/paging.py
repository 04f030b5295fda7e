"""Pages people, and takes their answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chatops.application.authorization import PeopleDirectory
from chatops.application.incidents.roles import reassign_commander_promises
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import NobodyToPage
from chatops.domain.incident.model import COMMANDER
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.playbook.policy import EscalationStep, EscalationTrigger, Severity
from chatops.domain.promises.model import remade
from chatops.domain.promises.spec import Milestone
from chatops.domain.promises.while_running import escalation_step, person_response
from chatops.domain.team import Permission


def acknowledge_button(session: IncidentSession) -> Button:
    return Button(
        ask=ActionId("acknowledge"),
        label="I am on it",
        about=str(session.incident.id),
        tone=ButtonStyle.WANTED,
    )


def join_button(session: IncidentSession) -> Button:
    return Button(ask=ActionId("join"), label="Join", about=str(session.incident.id))


def paged_at_once(severity: Severity, people: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Whom the severity pages the moment the incident is declared."""
    return tuple(
        user
        for notice in severity.notify
        if notice.pages_at_once
        for user in people.get(notice.audience, ())
    )


def on_call(severity: Severity, people: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Whom the severity pages, at once or later: if one of them declares it, they are on it."""
    return frozenset(
        user
        for notice in severity.notify
        if notice.page
        for user in people.get(notice.audience, ())
    )


def notify(session: IncidentSession, people: Mapping[str, Sequence[str]]) -> None:
    """Tell each audience of the severity; page those that it pages at once.

    ``people`` maps the severity's audiences to user ids. Of a private incident only those hear
    who are paged: being paged makes them members.
    """
    if session.incident.drill:
        _say_who_would_hear(session, tuple(people))
        return
    aware = {session.actor, session.incident.acknowledged_by}
    for notice in session.severity.notify:
        users = [user for user in people.get(notice.audience, ()) if user not in aware]
        if notice.pages_at_once:
            page(session, users, why=session.incident.title)
        elif not session.incident.private:
            # Only who may be paged later is asked to take it up; the others are to know of it.
            on_it = (acknowledge_button(session),) if notice.page else ()
            post = session.post(
                "notice_direct", asked=notice.page, buttons=(*on_it, join_button(session))
            )
            for user in users:
                session.tell_person(f"notice:{session.version}", user, post)


def _say_who_would_hear(session: IncidentSession, audiences: Sequence[str]) -> None:
    """Of a drill nobody outside hears; its room is told who would hear of an incident."""
    notices = [each for each in session.severity.notify if each.audience in audiences]
    for paged in (True, False):
        names = tuple(each.audience for each in notices if each.pages_at_once is paged)
        if names:
            key = f"notices:{session.version}:{paged}"
            say_who_would(session, key, paged=paged, names=names, why=session.incident.title)


def would_escalate(session: IncidentSession, steps: Sequence[EscalationStep]) -> None:
    """Tell a drill's room who would be told of an incident now, and put it on record."""
    names = tuple(dict.fromkeys(name for step in steps for name in step.tell))
    why = " ".join(dict.fromkeys(step.why for step in steps))
    spoken = ", ".join(names).replace("_", " ")
    session.note(EntryKind.ESCALATED, f"Would be escalated to {spoken}", reason=why)
    say_who_would(session, f"escalated:{session.version}", paged=False, names=names, why=why)


def say_who_would(
    session: IncidentSession,
    key: str,
    *,
    paged: bool,
    why: str,
    names: Sequence[str] = (),
    number: int = 0,
) -> None:
    """Tell a drill's room who would hear now, by name of the audience, or how many people."""
    post = session.post(
        "drill_would",
        names=tuple(name.replace("_", " ") for name in names),
        number=number,
        paged=paged,
        why=why,
    )
    session.tell_room(f"would:{key}", post)


def unheard(old: Severity, new: Severity) -> frozenset[str]:
    """The audiences that ``new`` tells and ``old`` did not, or pages where ``old`` told softly."""
    told = {notice.audience for notice in old.notify}
    paged = {notice.audience for notice in old.notify if notice.pages_at_once}
    return frozenset(
        notice.audience
        for notice in new.notify
        if notice.audience not in (paged if notice.pages_at_once else told)
    )


def page(session: IncidentSession, users: Sequence[str], *, why: str) -> None:
    """Page people: a message of their own with a button, a mention and a seat in the channel."""
    if not users:
        return
    if session.incident.drill:
        said = f"page:{session.incident.version}:{','.join(users)}"
        say_who_would(session, said, paged=True, number=len(users), why=why)
        session.note(EntryKind.PAGE, f"Would page {len(users)} now", reason=why)
        return
    session.invite(*users)
    round_ = session.incident.version
    post = session.post(
        "paged", users=tuple(users), why=why, buttons=(acknowledge_button(session),)
    )
    session.tell_room(f"page:{round_}:{','.join(users)}", post)
    for user in users:
        direct = session.post("page_direct", why=why, buttons=(acknowledge_button(session),))
        session.tell_person(f"page_direct:{round_}", user, direct)
    session.note(EntryKind.PAGE, "Paged " + ", ".join(f"<@{user}>" for user in users), reason=why)


#: How long a paged person has to answer before the leader is told.
ANSWER_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest(Request):
    """Whom to page: user ids, group ids or audience names; and what for."""

    whom: tuple[str, ...]
    why: str = ""


class PagePeople:
    """Page somebody now."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: PageRequest) -> Post:
        """Page everybody meant, and promise to say so if nobody answers.

        Raises:
            NobodyToPage, NotAllowed, UserError
        """
        users = self._directory.expand(request.whom)
        if not users:
            raise NobodyToPage(", ".join(request.whom))
        authorization = self._directory.authorization(request.user, Permission.PAGE)
        with self._sessions.begin(request, authorization) as session:
            session.incident.must_be_running()
            page(session, users, why=request.why.strip() or session.incident.title)
            if session.incident.drill:
                return session.answer("drill_page_answer", number=len(users))
            held = session.promises()
            for user in users:
                promise = person_response(
                    session.incident, user, session.now + ANSWER_WITHIN, session.now
                )
                session.promise(remade(held.get(promise.key), promise, session.now))
            return session.answer("page_answer", users=users)


class Acknowledge:
    """Take an incident up."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: Request) -> Post:
        """Settle everything that waited for somebody to answer; if nobody leads, they do now.

        Raises:
            UnknownIncident, UserError
        """
        with self._sessions.begin(request) as session:
            session.incident.must_be_running()
            first = session.incident.acknowledged_at is None
            session.invite(request.user)
            session.incident = session.incident.acknowledged(request.user, request.now)
            if session.incident.commander is None:
                session.incident = session.incident.with_role(COMMANDER, request.user)
                reassign_commander_promises(session, request.user)
            _end_at_acknowledgement(session, request.user)
            if first:
                session.note(EntryKind.ACKNOWLEDGED, f"<@{request.user}> is on it")
                session.tell_room("acknowledged", session.post("acknowledged"))
            elif session.incident.acknowledged_by != request.user:
                session.note(EntryKind.ACKNOWLEDGED, f"<@{request.user}> is on it too")
            taken = session.incident.acknowledged_by == request.user
            return session.answer("acknowledge_answer", first=taken)


def _end_at_acknowledgement(session: IncidentSession, user: str) -> None:
    """Keep what acknowledging keeps, of other people's promises nothing; nobody need escalate."""
    for promise in session.promises().values():
        if not promise.open:
            continue
        step = escalation_step(promise, session.severity)
        if step is not None and step.when is EscalationTrigger.UNACKNOWLEDGED:
            session.promise(promise.cancelled(session.now))
        elif Milestone.ACKNOWLEDGED in promise.spec.kept_by and (
            promise.owner == user or not promise.personal
        ):
            session.promise(promise.fulfilled(session.now))
