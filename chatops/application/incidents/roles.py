"""Gives people their parts in an incident, and brings them in."""

from dataclasses import dataclass, replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import unknown_role
from chatops.domain.incident.model import COMMANDER
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.policy import RoleSpec
from chatops.domain.team import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRequest(Request):
    """Who is to play a part; nobody leaves it vacant."""

    role: str
    holder: str | None


class AssignRole:
    """Give a role to a person, take one, or leave one vacant."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: RoleRequest) -> Post:
        """Change the holder, bring them in, and explain the part to them.

        Raises:
            UserError, NotAllowed
        """
        taking = request.holder == request.user
        authorization = (
            None if taking else self._directory.authorization(request.user, Permission.ASSIGN)
        )
        with self._sessions.begin(request, authorization) as session:
            role = find_role(session, request.role)
            before = session.incident.roles.get(role.key)
            if before == request.holder:
                return session.answer("role_answer", role=role, holder=before)
            if request.holder is not None:
                session.invite(request.holder)
            session.incident = session.incident.with_role(role.key, request.holder)
            if role.key == COMMANDER:
                reassign_commander_promises(session, request.holder)
            _tell(session, role, before, request.holder)
            return session.answer("role_answer", role=role, holder=request.holder)


def find_role(session: IncidentSession, asked: str) -> RoleSpec:
    """Find a role by key or name, whatever the case.

    Raises:
        UserError
    """
    wanted = asked.strip().casefold().replace(" ", "_")
    for role in session.playbook.roles:
        if wanted in {role.key.casefold(), role.name.casefold().replace(" ", "_")}:
            return role
    raise unknown_role(asked, tuple(role.key for role in session.playbook.roles))


def reassign_commander_promises(session: IncidentSession, holder: str | None) -> None:
    """Make the commander's promises the new holder's.

    A follow-up that was given to somebody else stays with them.
    """
    before = session.work.incidents.get(session.incident.id).leader
    for promise in session.promises().values():
        if not promise.open or promise.personal:
            continue
        if not promise.spec.follow_up:
            session.promise(replace(promise, owner=holder))
        elif promise.owner in {before, None}:
            session.promise(replace(promise, owner=session.incident.leader))


def _tell(session: IncidentSession, role: RoleSpec, before: str | None, holder: str | None) -> None:
    number = session.incident.version
    if holder is None:
        session.note(EntryKind.ROLE, f"{role.name} is vacant")
    else:
        session.note(EntryKind.ROLE, f"{role.name}: <@{holder}>")
    post = session.post("role_changed", role=role, before=before, holder=holder)
    session.tell_thread(f"role:{number}", post)
    if holder is not None:
        tell_holder(session, role, holder)


def tell_holder(session: IncidentSession, role: RoleSpec, holder: str) -> None:
    """Explain the part to somebody who got it from another."""
    if holder != session.actor:
        key = f"role:{session.incident.version}"
        session.tell_person(key, holder, session.post("role_direct", role=role))


class Join:
    """Come into an incident's channel."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: Request) -> Post:
        """Invite the person who asks; asking again changes nothing.

        Raises:
            UnknownIncident
        """
        with self._sessions.begin(request) as session:
            if request.user not in session.incident.members:
                session.invite(request.user)
                session.note(EntryKind.JOINED, f"<@{request.user}> joined")
            return session.answer("join_answer")


class LeaveChannel:
    """Take note that somebody went out of an incident's channel."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: Request) -> None:
        """Make them a member no more; whoever holds a role goes on holding it.

        Raises:
            UnknownIncident
        """
        with self._sessions.begin(request) as session:
            members = session.incident.members - {request.user}
            session.incident = replace(session.incident, members=members)
            session.note(EntryKind.NOTE, f"<@{request.user}> left the channel")
