"""Notices that the holder of a role or the owner of a promise has left, and asks for others."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from chatops.application.incidents.roles import reassign_commander_promises
from chatops.application.ports.chat import ChatError, People
from chatops.application.ports.storage import Search
from chatops.application.session import IncidentSession, Sessions
from chatops.domain.incident.model import COMMANDER, Incident
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle
from chatops.domain.promises.model import Promise

_log = logging.getLogger(__name__)

#: So many running incidents are looked at, newest first, and so many promises, soonest first.
_MOST, _MOST_PROMISES = 200, 1000


class FindDepartedOwners:
    """Vacates the roles and the promises of people whose accounts are deactivated.

    Roles are vacated in incidents that run, follow-ups in all of them.

    ``team`` tells the workspace. What the chat does not tell now is asked again the next time.
    """

    def __init__(self, sessions: Sessions, people: People, *, team: Callable[[], str]) -> None:
        self._sessions = sessions
        self._people = people
        self._team = team

    def __call__(self, now: datetime) -> None:
        try:
            for incident in self._running():
                gone = {role for role, holder in incident.roles.items() if self._has_left(holder)}
                if gone:
                    self._vacate(incident, gone, now)
            for incident_id, owner in self._owners():
                if self._has_left(owner):
                    self._release(incident_id, owner, now)
        except ChatError as trouble:
            _log.warning(
                "Nobody could be looked up", extra={"action": "vacancies", "why": str(trouble)}
            )

    def _running(self) -> Sequence[Incident]:
        search = Search(team=self._team(), everything=True, running_only=True, limit=_MOST)
        with self._sessions.storage.reading() as work:
            return work.incidents.find(search)

    def _owners(self) -> Sequence[tuple[int, str]]:
        """The owners of follow-ups, and in which incidents."""
        with self._sessions.storage.reading() as work:
            promises = work.promises.open_of_team(self._team(), limit=_MOST_PROMISES)
        pairs = ((each.incident, each.owner) for each in promises if each.spec.reassignable)
        return tuple(dict.fromkeys((one, owner) for one, owner in pairs if owner is not None))

    def _release(self, incident: int, owner: str, now: datetime) -> None:
        with self._sessions.writing() as work:
            was = work.incidents.get(incident)
            session = self._sessions.within(work, was, actor=None, now=now)
            theirs = [
                each
                for each in session.promises().values()
                if each.open and each.owner == owner and each.spec.reassignable
            ]
            if theirs:
                _ask_for_another_owner(session, theirs, owner)
                session.finish(was=was)

    def _has_left(self, user: str) -> bool:
        profile = self._people.profile(user)
        return profile is not None and not profile.active

    def _vacate(self, seen: Incident, gone: set[str], now: datetime) -> None:
        with self._sessions.writing() as work:
            was = work.incidents.get(seen.id)
            session = self._sessions.within(work, was, actor=None, now=now)
            for role in gone:
                # Somebody may have taken it since it was looked at.
                if was.roles.get(role) == seen.roles[role]:
                    _ask_for_another(session, role, seen.roles[role])
            session.finish(was=was)


def _ask_for_another_owner(
    session: IncidentSession, promises: Sequence[Promise], before: str
) -> None:
    for each in promises:
        session.promise(replace(each, owner=None))
    names = ", ".join(each.name for each in promises)
    session.note(EntryKind.NOTE, f"<@{before}> has left and owed: {names}")
    first = f"{session.incident.id}:{promises[0].key}"
    buttons = (
        Button(ask=ActionId("hand_over"), label="Hand over…", about=first, tone=ButtonStyle.WANTED),
    )
    if len(promises) > 1:
        buttons = (
            Button(ask=ActionId("due"), label="What is due", about=str(session.incident.id)),
        )
    post = session.post("owner_left", promises=tuple(promises), before=before, buttons=buttons)
    session.tell_room(f"owner_left:{session.version}:{before}", post)


def _ask_for_another(session: IncidentSession, key: str, before: str) -> None:
    session.incident = session.incident.with_role(key, None)
    if key == COMMANDER:
        reassign_commander_promises(session, None)
    [role] = [each for each in session.playbook.roles if each.key == key]
    session.note(EntryKind.ROLE, f"{role.name} is vacant: <@{before}> has left")
    take = Button(
        ask=ActionId("take_role"),
        label=f"Take {role.name}",
        about=f"{session.incident.id}:{key}",
        tone=ButtonStyle.WANTED,
    )
    post = session.post("holder_left", role=role, before=before, buttons=(take,))
    session.tell_room(f"left:{session.version}:{key}", post)
