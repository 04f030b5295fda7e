"""Calls people by their names, and by their ids where nobody can say."""

import logging
from typing import Protocol

from chatops.application.ports.chat import ChatTrouble, Profile

_log = logging.getLogger(__name__)


class Profiles(Protocol):
    """Who people are in the chat."""

    def profile(self, user: str) -> Profile | None: ...


class Names:
    """The names on one page: after the first trouble nobody is asked again, so that it is quick."""

    def __init__(self, people: Profiles) -> None:
        self._people = people
        self._known: dict[str, str] = {}
        self._troubled = False

    def __call__(self, user: str) -> str:
        """What somebody is called."""
        if user not in self._known:
            self._known[user] = self._asked(user)
        return self._known[user]

    def _asked(self, user: str) -> str:
        if self._troubled:
            return user
        try:
            profile = self._people.profile(user)
        except ChatTrouble as trouble:
            self._troubled = True
            facts = {"action": "page_names", "reason": str(trouble)}
            _log.warning("A page shows ids for want of names", extra=facts)
            return user
        return (profile.full_name or profile.name) if profile is not None else user
