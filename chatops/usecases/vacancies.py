"""Notices who has left the chat while playing a part, and asks for somebody else."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from chatops.domain.incident import COMMANDER, Incident
from chatops.domain.posts import Ask, Button, Tone
from chatops.domain.timeline import EntryKind
from chatops.usecases.chat import ChatTrouble, People
from chatops.usecases.roles import hand_promises_over
from chatops.usecases.store import Search
from chatops.usecases.turn import Turn
from chatops.usecases.turns import Turns

_log = logging.getLogger(__name__)

#: So many running incidents are looked at, newest first.
_MOST = 200


class FindVacancies:
    """Vacates the roles of people whose accounts are deactivated, in incidents that run.

    ``team`` tells the workspace. What the chat does not tell now is asked again the next time.
    """

    def __init__(self, turns: Turns, people: People, *, team: Callable[[], str]) -> None:
        self._turns = turns
        self._people = people
        self._team = team

    def __call__(self, now: datetime) -> None:
        try:
            for incident in self._running():
                gone = {role for role, holder in incident.roles.items() if self._has_left(holder)}
                if gone:
                    self._vacate(incident, gone, now)
        except ChatTrouble as trouble:
            _log.warning(
                "Nobody could be looked up", extra={"action": "vacancies", "why": str(trouble)}
            )

    def _running(self) -> Sequence[Incident]:
        search = Search(team=self._team(), everything=True, running_only=True, limit=_MOST)
        with self._turns.store.reading() as work:
            return work.incidents.find(search)

    def _has_left(self, user: str) -> bool:
        profile = self._people.profile(user)
        return profile is not None and not profile.active

    def _vacate(self, seen: Incident, gone: set[str], now: datetime) -> None:
        with self._turns.writing() as work:
            was = work.incidents.get(seen.id)
            turn = self._turns.within(work, was, actor=None, now=now)
            for role in gone:
                # Somebody may have taken it since it was looked at.
                if was.roles.get(role) == seen.roles[role]:
                    _ask_for_another(turn, role, seen.roles[role])
            turn.finish(was=was)


def _ask_for_another(turn: Turn, key: str, before: str) -> None:
    turn.incident = turn.incident.with_role(key, None)
    if key == COMMANDER:
        hand_promises_over(turn, None)
    [role] = [each for each in turn.playbook.roles if each.key == key]
    turn.note(EntryKind.ROLE, f"{role.name} is vacant: <@{before}> has left")
    take = Button(
        ask=Ask.TAKE_ROLE,
        label=f"Take {role.name}",
        about=f"{turn.incident.id}:{key}",
        tone=Tone.WANTED,
    )
    post = turn.post("holder_left", role=role, before=before, buttons=(take,))
    turn.tell_room(f"left:{turn.version}:{key}", post)
