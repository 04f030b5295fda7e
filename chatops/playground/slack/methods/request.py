"""One call of a Web API method: who calls, with what arguments, read as strictly as Slack does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatops.playground.slack.errors import (
    InvalidArgument,
    MissingArgument,
    MissingScope,
    Refusal,
    Why,
)
from chatops.playground.slack.faults import SlackFaults
from chatops.playground.slack.installation import Installation
from chatops.playground.slack.trigger_ids import TriggerIds
from chatops.playground.workspace.model import Channel, ChannelKind, Message, Person
from chatops.playground.workspace.state import Workspace

Answer = dict[str, Any]

_KIND_OF_SCOPE = {
    ChannelKind.PUBLIC: "channels",
    ChannelKind.PRIVATE: "groups",
    ChannelKind.DIRECT: "im",
    ChannelKind.GROUP: "mpim",
}
_MOST_ON_A_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRequest:
    """What a method is given."""

    workspace: Workspace
    installation: Installation
    trigger_ids: TriggerIds
    faults: SlackFaults
    #: Where the double is reached, without a slash at the end.
    address: str
    arguments: Mapping[str, Any]
    #: The bearer token that came with it.
    token: str = ""

    @property
    def bot(self) -> Person:
        return self.workspace.bot

    def has(self, name: str) -> bool:
        """Say whether an argument was given and is not empty."""
        return self.arguments.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        value = self.arguments.get(name)
        if value is None:
            return default
        if isinstance(value, bool | int | float):
            return str(value)
        if not isinstance(value, str):
            raise InvalidArgument(name=name, expected="a string")
        return value

    def required(self, name: str) -> str:
        """Read a string that must be there."""
        if not self.has(name):
            raise MissingArgument(name=name)
        return self.text(name)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.arguments.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in {"1", "true"}

    def json(self, name: str) -> Any:
        """Read a structure that is sent as it is in JSON bodies and as text in forms."""
        value = self.arguments.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError as error:
            raise InvalidArgument(name=name, expected="valid JSON") from error

    def names(self, name: str) -> list[str]:
        """Read a list sent as an array or with commas."""
        value = self.arguments.get(name) or ""
        parts = value if isinstance(value, list) else str(value).split(",")
        return [str(one).strip() for one in parts if str(one).strip()]

    def limit(self, default: int = 100) -> int:
        raw = self.text("limit") or str(default)
        if not raw.isdecimal() or not 1 <= int(raw) <= _MOST_ON_A_PAGE:
            raise Refusal(Why.INVALID_LIMIT)
        return int(raw)

    def cursor(self) -> int:
        """Say where the wanted page begins."""
        raw = self.text("cursor")
        if not raw:
            return 0
        prefix, _, place = raw.partition(":")
        if prefix != "next" or not place.isdecimal():
            raise Refusal(Why.INVALID_CURSOR)
        return int(place)

    def need(self, *scopes: str) -> None:
        """Ask for one of these scopes."""
        provided = self.faults.left_of(self.installation.scopes)
        if not provided & set(scopes):
            raise MissingScope(needed=",".join(scopes), provided=provided)

    def need_for(self, channel: Channel, *verbs: str) -> None:
        """Ask for one of these verbs' scope for this kind of channel: ``channels:read`` etc."""
        kind = _KIND_OF_SCOPE[channel.kind]
        self.need(*(f"{kind}:{verb}" for verb in verbs))

    def channel(
        self, name: str = "channel", *, member: bool = False, open_only: bool = False
    ) -> Channel:
        """Find the channel that an argument names, as far as the bot can see it."""
        wanted = self.required(name)
        room = self.workspace.channel_store.find(wanted)
        if room is None or not self.sees(room):
            raise Refusal(Why.CHANNEL_NOT_FOUND)
        if open_only and room.is_archived:
            raise Refusal(Why.IS_ARCHIVED)
        if member and self.bot.id not in room.members:
            raise Refusal(Why.NOT_IN_CHANNEL)
        return room

    def sees(self, room: Channel) -> bool:
        return room.kind is ChannelKind.PUBLIC or self.bot.id in room.members

    def message(self, room: Channel, name: str = "timestamp") -> Message:
        found = self.workspace.message_store.find(room.id, self.required(name))
        if found is None or found.subtype == "tombstone":
            raise Refusal(Why.MESSAGE_NOT_FOUND)
        return found

    def user(self, user_id: str) -> Person:
        found = self.workspace.people_store.find(user_id)
        if found is None:
            raise Refusal(Why.USER_NOT_FOUND)
        return found
