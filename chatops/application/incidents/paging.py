"""Pages people, and takes their answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chatops.application.authorization import PeopleDirectory
from chatops.application.incidents.roles import hand_promises_over
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import NobodyToPage
from chatops.domain.incident.model import COMMANDER
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.playbook.policy import EscalationStep, EscalationTrigger, Severity
from chatops.domain.promises.model import PromiseKind, person_response, remade, rung_of
from chatops.domain.team import Permission


def acknowledge_button(turn: IncidentSession) -> Button:
    return Button(
        ask=ActionId.ACKNOWLEDGE,
        label="I am on it",
        about=str(turn.incident.id),
        tone=ButtonStyle.WANTED,
    )


def join_button(turn: IncidentSession) -> Button:
    return Button(ask=ActionId.JOIN, label="Join", about=str(turn.incident.id))


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


def notify(turn: IncidentSession, people: Mapping[str, Sequence[str]]) -> None:
    """Tell each audience of the severity; page those that it pages at once.

    ``people`` maps the severity's audiences to user ids. Of a private incident only those hear
    who are paged: being paged makes them members.
    """
    if turn.incident.drill:
        _say_who_would_hear(turn, tuple(people))
        return
    aware = {turn.actor, turn.incident.acknowledged_by}
    for notice in turn.severity.notify:
        users = [user for user in people.get(notice.audience, ()) if user not in aware]
        if notice.pages_at_once:
            page(turn, users, why=turn.incident.title)
        elif not turn.incident.private:
            # Only who may be paged later is asked to take it up; the others are to know of it.
            on_it = (acknowledge_button(turn),) if notice.page else ()
            post = turn.post(
                "notice_direct", asked=notice.page, buttons=(*on_it, join_button(turn))
            )
            for user in users:
                turn.tell_person(f"notice:{turn.version}", user, post)


def _say_who_would_hear(turn: IncidentSession, audiences: Sequence[str]) -> None:
    """Of a drill nobody outside hears; its room is told who would hear of an incident."""
    notices = [each for each in turn.severity.notify if each.audience in audiences]
    for paged in (True, False):
        names = tuple(each.audience for each in notices if each.pages_at_once is paged)
        if names:
            key = f"notices:{turn.version}:{paged}"
            say_who_would(turn, key, paged=paged, names=names, why=turn.incident.title)


def would_escalate(turn: IncidentSession, rungs: Sequence[EscalationStep]) -> None:
    """Tell a drill's room who would be told of an incident now, and put it on record."""
    names = tuple(dict.fromkeys(name for rung in rungs for name in rung.tell))
    why = " ".join(dict.fromkeys(rung.why for rung in rungs))
    spoken = ", ".join(names).replace("_", " ")
    turn.note(EntryKind.ESCALATED, f"Would be escalated to {spoken}", reason=why)
    say_who_would(turn, f"escalated:{turn.version}", paged=False, names=names, why=why)


def say_who_would(
    turn: IncidentSession,
    key: str,
    *,
    paged: bool,
    why: str,
    names: Sequence[str] = (),
    number: int = 0,
) -> None:
    """Tell a drill's room who would hear now, by name of the audience, or how many people."""
    post = turn.post(
        "drill_would",
        names=tuple(name.replace("_", " ") for name in names),
        number=number,
        paged=paged,
        why=why,
    )
    turn.tell_room(f"would:{key}", post)


def unheard(old: Severity, new: Severity) -> frozenset[str]:
    """The audiences that ``new`` tells and ``old`` did not, or pages where ``old`` told softly."""
    told = {notice.audience for notice in old.notify}
    paged = {notice.audience for notice in old.notify if notice.pages_at_once}
    return frozenset(
        notice.audience
        for notice in new.notify
        if notice.audience not in (paged if notice.pages_at_once else told)
    )


def page(turn: IncidentSession, users: Sequence[str], *, why: str) -> None:
    """Page people: a message of their own with a button, a mention and a seat in the channel."""
    if not users:
        return
    if turn.incident.drill:
        said = f"page:{turn.incident.version}:{','.join(users)}"
        say_who_would(turn, said, paged=True, number=len(users), why=why)
        turn.note(EntryKind.PAGE, f"Would page {len(users)} now", reason=why)
        return
    turn.invite(*users)
    round_ = turn.incident.version
    post = turn.post("paged", users=tuple(users), why=why, buttons=(acknowledge_button(turn),))
    turn.tell_room(f"page:{round_}:{','.join(users)}", post)
    for user in users:
        direct = turn.post("page_direct", why=why, buttons=(acknowledge_button(turn),))
        turn.tell_person(f"page_direct:{round_}", user, direct)
    turn.note(EntryKind.PAGE, "Paged " + ", ".join(f"<@{user}>" for user in users), reason=why)


#: How long a paged person has to answer before the leader is told.
ANSWER_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest(Request):
    """Whom to page: user ids, group ids or audience names; and what for."""

    whom: tuple[str, ...]
    why: str = ""


class PagePeople:
    """Page somebody now."""

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: PageRequest) -> Post:
        """Page everybody meant, and promise to say so if nobody answers.

        Raises:
            NobodyToPage, NotAllowed, AlreadyResolved, IncidentClosed
        """
        users = self._directory.expand(request.whom)
        if not users:
            raise NobodyToPage(", ".join(request.whom))
        standing = self._directory.standing(request.user, Permission.PAGE)
        with self._turns.turn(request, standing) as turn:
            turn.incident.must_be_running()
            page(turn, users, why=request.why.strip() or turn.incident.title)
            if turn.incident.drill:
                return turn.answer("drill_page_answer", number=len(users))
            held = turn.promises()
            for user in users:
                promise = person_response(turn.incident, user, turn.now + ANSWER_WITHIN, turn.now)
                turn.promise(remade(held.get(promise.key), promise, turn.now))
            return turn.answer("page_answer", users=users)


class Acknowledge:
    """Take an incident up."""

    def __init__(self, turns: Sessions) -> None:
        self._turns = turns

    def __call__(self, request: Request) -> Post:
        """Settle everything that waited for somebody to answer; if nobody leads, they do now.

        Raises:
            UnknownIncident, AlreadyResolved, IncidentClosed
        """
        with self._turns.turn(request) as turn:
            turn.incident.must_be_running()
            first = turn.incident.acknowledged_at is None
            turn.invite(request.user)
            turn.incident = turn.incident.acknowledged(request.user, request.now)
            if turn.incident.commander is None:
                turn.incident = turn.incident.with_role(COMMANDER, request.user)
                hand_promises_over(turn, request.user)
            _settle(turn, request.user)
            if first:
                turn.note(EntryKind.ACKNOWLEDGED, f"<@{request.user}> is on it")
                turn.tell_room("acknowledged", turn.post("acknowledged"))
            elif turn.incident.acknowledged_by != request.user:
                turn.note(EntryKind.ACKNOWLEDGED, f"<@{request.user}> is on it too")
            taken = turn.incident.acknowledged_by == request.user
            return turn.answer("acknowledge_answer", first=taken)


def _settle(turn: IncidentSession, user: str) -> None:
    for promise in turn.promises().values():
        if not promise.open:
            continue
        rung = rung_of(promise, turn.severity)
        if rung is not None and rung.when is EscalationTrigger.UNACKNOWLEDGED:
            turn.promise(promise.lapsed(turn.now))
        elif promise.kind is PromiseKind.NOTICE or (
            promise.kind is PromiseKind.RESPONSE and (promise.owner == user or not promise.personal)
        ):
            turn.promise(promise.kept(turn.now))
