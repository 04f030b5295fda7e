"""Gives people their parts in an incident, and brings them in."""

from dataclasses import dataclass, replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import UnknownRole
from chatops.domain.incident.model import COMMANDER
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.policy import RoleSpec
from chatops.domain.promises.model import LATER
from chatops.domain.team import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRequest(Request):
    """Who is to play a part; nobody leaves it vacant."""

    role: str
    holder: str | None


class AssignRole:
    """Give a role to a person, take one, or leave one vacant."""

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: RoleRequest) -> Post:
        """Change the holder, bring them in, and explain the part to them.

        Raises:
            UnknownRole, NotAllowed
        """
        taking = request.holder == request.user
        standing = None if taking else self._directory.standing(request.user, Permission.ASSIGN)
        with self._turns.turn(request, standing) as turn:
            role = find_role(turn, request.role)
            before = turn.incident.roles.get(role.key)
            if before == request.holder:
                return turn.answer("role_answer", role=role, holder=before)
            if request.holder is not None:
                turn.invite(request.holder)
            turn.incident = turn.incident.with_role(role.key, request.holder)
            if role.key == COMMANDER:
                hand_promises_over(turn, request.holder)
            _tell(turn, role, before, request.holder)
            return turn.answer("role_answer", role=role, holder=request.holder)


def find_role(turn: IncidentSession, asked: str) -> RoleSpec:
    """Find a role by key or name, whatever the case.

    Raises:
        UnknownRole
    """
    wanted = asked.strip().casefold().replace(" ", "_")
    for role in turn.playbook.roles:
        if wanted in {role.key.casefold(), role.name.casefold().replace(" ", "_")}:
            return role
    raise UnknownRole(asked, tuple(role.key for role in turn.playbook.roles))


def hand_promises_over(turn: IncidentSession, holder: str | None) -> None:
    """Make what the commander owes the new holder's.

    What comes later and was given to somebody else stays with them.
    """
    before = turn.work.incidents.get(turn.incident.id).leader
    for promise in turn.promises().values():
        if not promise.open or promise.personal:
            continue
        if promise.kind not in LATER:
            turn.promise(replace(promise, owner=holder))
        elif promise.owner in {before, None}:
            turn.promise(replace(promise, owner=turn.incident.leader))


def _tell(turn: IncidentSession, role: RoleSpec, before: str | None, holder: str | None) -> None:
    number = turn.incident.version
    if holder is None:
        turn.note(EntryKind.ROLE, f"{role.name} is vacant")
    else:
        turn.note(EntryKind.ROLE, f"{role.name}: <@{holder}>")
    post = turn.post("role_changed", role=role, before=before, holder=holder)
    turn.tell_thread(f"role:{number}", post)
    if holder is not None:
        tell_holder(turn, role, holder)


def tell_holder(turn: IncidentSession, role: RoleSpec, holder: str) -> None:
    """Explain the part to somebody who got it from another."""
    if holder != turn.actor:
        key = f"role:{turn.incident.version}"
        turn.tell_person(key, holder, turn.post("role_direct", role=role))


class Join:
    """Come into an incident's channel."""

    def __init__(self, turns: Sessions) -> None:
        self._turns = turns

    def __call__(self, request: Request) -> Post:
        """Invite the person who asks; asking again changes nothing.

        Raises:
            UnknownIncident
        """
        with self._turns.turn(request) as turn:
            if request.user not in turn.incident.members:
                turn.invite(request.user)
                turn.note(EntryKind.JOINED, f"<@{request.user}> joined")
            return turn.answer("join_answer")


class LeaveChannel:
    """Take note that somebody went out of an incident's channel."""

    def __init__(self, turns: Sessions) -> None:
        self._turns = turns

    def __call__(self, request: Request) -> None:
        """Make them a member no more; whoever holds a role goes on holding it.

        Raises:
            UnknownIncident
        """
        with self._turns.turn(request) as turn:
            members = turn.incident.members - {request.user}
            turn.incident = replace(turn.incident, members=members)
            turn.note(EntryKind.NOTE, f"<@{request.user}> left the channel")
