"""Finds the channels that a configuration names."""

import re
from threading import Lock

from chatops.adapters.slack.scopes import Method
from chatops.adapters.slack.web_api import WebApi
from chatops.application.ports.chat import ChannelGone

_ID = re.compile(r"[CG][A-Z0-9]{7,}")
_PAGE = 200


class SlackPlaces:
    """Turns a channel's name into its id, among the channels that the bot is in."""

    def __init__(self, api: WebApi) -> None:
        self._api = api
        self._known: dict[str, str] = {}
        self._lock = Lock()

    def channel(self, name: str) -> str:
        """The id of the channel that ``name`` (an id, or a name without the hash) means.

        Raises:
            ChannelGone: the bot is in no channel of that name.
            ChatTrouble: Slack could not be asked.
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
                Method.USERS_CONVERSATIONS,
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=_PAGE,
                cursor=cursor,
            )
            found |= {row["name"]: row["id"] for row in answer["channels"]}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return found
