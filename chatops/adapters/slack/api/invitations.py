"""Brings people into a channel, so that nobody who cannot come keeps the others out."""

import re
from collections.abc import Sequence
from datetime import timedelta

from chatops.adapters.slack.api.errors import SomeRefused, people_refused
from chatops.adapters.slack.api.refusals import WORDS
from chatops.adapters.slack.api.scopes import SlackMethod
from chatops.adapters.slack.api.ttl_cache import TtlCache
from chatops.adapters.slack.api.web_api import SlackWebApi
from chatops.application.ports.chat import Absentee, ChatRefused
from chatops.clock import Clock

_AT_ONCE = 1000

#: For so long we remember how it went; a pause for the rate limits is shorter.
_KEEP = timedelta(minutes=10)

_THERE_ALREADY = "already_in_channel"

_PEOPLE = re.compile(r"users?_|ura_|cant_invite")


class Invitations:
    """Invites in as few calls as Slack allows."""

    def __init__(self, api: SlackWebApi, clock: Clock) -> None:
        self._api = api
        self._one_by_one: TtlCache[str, bool] = TtlCache(clock, keep=_KEEP)
        self._verdicts: TtlCache[tuple[str, str], str] = TtlCache(clock, keep=_KEEP)

    def bring(self, channel: str, users: Sequence[str]) -> list[Absentee]:
        """Invite everybody, and say who cannot come."""
        everybody = tuple(dict.fromkeys(users))
        refused: dict[str, str] = {}
        for first in range(0, len(everybody), _AT_ONCE):
            refused |= self._together(channel, everybody[first : first + _AT_ONCE])
        return [
            Absentee(user=user, why=WORDS.get(code, f"Slack refused ({code.replace('_', ' ')})"))
            for user, code in refused.items()
            if code != _THERE_ALREADY
        ]

    def _together(self, channel: str, users: Sequence[str]) -> dict[str, str]:
        """Invite them in one call, and return Slack's code for each whom it refuses.

        At first without force: forced, Slack brings in whom it can and is silent about the
        others; not forced, it names them and brings in nobody. Then the others are forced. Where
        Slack names nobody they come one by one.
        """
        refused: dict[str, str] = {}
        waiting = list(users)
        while waiting and not self._one_by_one.get(channel):
            try:
                named = self._ask(channel, waiting, force=bool(refused))
            except ChatRefused as refusal:
                if not _about_people(refusal.code):
                    raise
                self._one_by_one.put(channel, value=True)
            else:
                refused |= named
                waiting = [user for user in waiting if user not in named] if named else []
        return refused | self._singly(channel, waiting)

    def _singly(self, channel: str, users: Sequence[str]) -> dict[str, str]:
        """Invite one after the other; verdicts are kept, so that a pause loses no ground."""
        verdicts: dict[str, str] = {}
        for user in users:
            known = self._verdicts.get((channel, user))
            if known is None:
                answer = self._ask(channel, [user], force=False).get(user, _THERE_ALREADY)
                known = self._verdicts.put((channel, user), answer)
            verdicts[user] = known
        return verdicts

    def _ask(self, channel: str, users: Sequence[str], *, force: bool) -> dict[str, str]:
        """Call once, and return whom Slack refused by name; a single one needs no name."""
        asked = {"channel": channel, "users": ",".join(users), "force": force}
        try:
            answer = self._api.call(SlackMethod.CONVERSATIONS_INVITE, **asked)
        except SomeRefused as refusal:
            named = {user: refusal.people[user] for user in users if user in refusal.people}
            if not named:
                raise
            return named
        except ChatRefused as refusal:
            if len(users) == 1 and _about_people(refusal.code):
                return {users[0]: refusal.code}
            raise
        return people_refused(answer.get("errors"))


def _about_people(code: str) -> bool:
    """Whether a refusal may be about one of many, rather than about the channel or the app."""
    return bool(_PEOPLE.match(code)) or (code not in WORDS and not code.startswith("http_"))
