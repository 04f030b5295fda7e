"""Opens, finds and furnishes channels in Slack, and brings people into them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from chatops.adapters.slack.api.errors import WORDS, SomeRefused, people_refused
from chatops.adapters.slack.api.people import Identity
from chatops.adapters.slack.api.scopes import SlackMethod
from chatops.adapters.slack.api.ttl_cache import TtlCache
from chatops.adapters.slack.api.web_api import SKEW, SlackWebApi, told
from chatops.adapters.slack.rendering import mrkdwn
from chatops.application.ports.chat import (
    Absentee,
    ChannelArchived,
    ChannelGone,
    ChannelNameTaken,
    ChannelRef,
    ChatIndeterminate,
    ChatRefused,
    NotInChannel,
)
from chatops.clock import Clock

TOPIC = 250
_PAGES, _PAGE = 10, 999
#: For so long a name that is taken stays so, for us.
_TAKEN = timedelta(minutes=10)


class TooManyChannels(ChatIndeterminate):
    """Our channels are too many to look through."""

    def __init__(self) -> None:
        super().__init__("the bot is in too many channels to find out whether it opened one")


class CannotReopen(ChatRefused):
    """Slack puts bots out of a channel that is archived, and lets nobody from outside reopen it."""

    def __init__(self) -> None:
        super().__init__(
            "not_in_channel",
            "Slack lets only people take a channel out of the archive: open it, choose Unarchive"
            " in its settings, and `/invite` the bot",
        )


class SlackChannels:
    """The port Rooms over Slack's Web API."""

    def __init__(self, api: SlackWebApi, identity: Identity, clock: Clock) -> None:
        self._api = api
        self._identity = identity
        self._invitations = Invitations(api, clock)
        self._taken: TtlCache[str, str] = TtlCache(clock, keep=_TAKEN)

    def open(self, name: str, *, private: bool) -> ChannelRef:
        """Names known to be taken are not tried anew, or the rate limits would let us try no other.

        Raises:
            ChannelNameTaken
        """
        why = self._taken.get(name)
        if why is not None:
            code = "name_taken"
            raise ChannelNameTaken(code, why)
        try:
            answer = self._api.call(SlackMethod.CONVERSATIONS_CREATE, name=name, is_private=private)
        except ChannelNameTaken as refusal:
            self._taken.put(name, str(refusal))
            raise
        return ChannelRef(
            channel=told(answer, "channel", "id"), name=told(answer, "channel", "name")
        )

    def find_own(self, name: str, *, since: datetime) -> Sequence[ChannelRef]:
        us = self._identity.account().user
        earliest = (since - SKEW).timestamp()
        return [
            ChannelRef(channel=one["id"], name=one["name"])
            for one in self._ours(us)
            if one.get("creator") == us
            and one.get("created", 0) >= earliest
            and (one["name"] == name or one["name"].startswith(f"{name}-"))
        ]

    def invite(self, channel: str, users: Sequence[str]) -> Sequence[Absentee]:
        return self._invitations.bring(channel, users)

    def set_topic(self, channel: str, topic: str) -> None:
        line = mrkdwn.clamp(" ".join(mrkdwn.quiet(topic).split()), TOPIC)
        self._api.call(SlackMethod.CONVERSATIONS_SET_TOPIC, channel=channel, topic=line)

    def reopen(self, channel: str) -> None:
        try:
            self._api.call(SlackMethod.CONVERSATIONS_UNARCHIVE, channel=channel)
        except NotInChannel as refusal:
            raise CannotReopen from refusal
        except ChatRefused as refusal:
            if refusal.code != "not_archived":
                raise

    def archive(self, channel: str) -> None:
        try:
            self._api.call(SlackMethod.CONVERSATIONS_ARCHIVE, channel=channel)
        except ChannelArchived:
            pass
        except ChatRefused as refusal:
            if refusal.code != "already_archived":
                raise

    def enter(self, channel: str) -> None:
        self._api.call(SlackMethod.CONVERSATIONS_JOIN, channel=channel)

    def _ours(self, us: str) -> Iterator[Mapping[str, Any]]:
        """Go through the channels that we are in."""
        asked: dict[str, Any] = {
            "user": us,
            "types": "public_channel,private_channel",
            "exclude_archived": True,
            "limit": _PAGE,
        }
        for _ in range(_PAGES):
            answer = self._api.call(SlackMethod.USERS_CONVERSATIONS, **asked)
            yield from answer.get("channels") or ()
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            asked["cursor"] = cursor
        raise TooManyChannels


_ID = re.compile(r"[CG][A-Z0-9]{7,}")
_PLACES_PAGE = 200


class SlackChannelDirectory:
    """Turns a channel's name into its id, among the channels that the bot is in."""

    def __init__(self, api: SlackWebApi) -> None:
        self._api = api
        self._known: dict[str, str] = {}
        self._lock = Lock()

    def channel(self, name: str) -> str:
        """The id of the channel that ``name`` (an id, or a name without the hash) means.

        Raises:
            ChannelGone: the bot is in no channel of that name.
            ChatError: Slack could not be asked.
        """
        if _ID.fullmatch(name):
            return name
        with self._lock:
            if name not in self._known:
                self._known |= self._ours()
            if name in self._known:
                return self._known[name]
        raise ChannelGone(
            code="channel_not_found",
            why=f"I am in no channel called #{name}; invite me there with `/invite`",
        )

    def _ours(self) -> dict[str, str]:
        found: dict[str, str] = {}
        cursor = ""
        while True:
            answer = self._api.call(
                SlackMethod.USERS_CONVERSATIONS,
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=_PLACES_PAGE,
                cursor=cursor,
            )
            found |= {row["name"]: row["id"] for row in answer["channels"]}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return found


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
        self._answers: TtlCache[tuple[str, str], str] = TtlCache(clock, keep=_KEEP)

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
        """Invite one after the other; answers are kept, so that a pause loses no ground."""
        answers: dict[str, str] = {}
        for user in users:
            known = self._answers.get((channel, user))
            if known is None:
                answer = self._ask(channel, [user], force=False).get(user, _THERE_ALREADY)
                known = self._answers.put((channel, user), answer)
            answers[user] = known
        return answers

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
