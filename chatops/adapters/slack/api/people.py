"""Knows people in Slack: their profiles and groups, and what they see as their home."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Any

from chatops.adapters.slack.api.scopes import SlackMethod
from chatops.adapters.slack.api.ttl_cache import TtlCache
from chatops.adapters.slack.api.web_api import SlackWebApi, told
from chatops.adapters.slack.rendering import blocks
from chatops.application.ports.chat import (
    AppLockedOut,
    ChatBusy,
    ChatIndeterminate,
    ChatRefused,
    ChatUnreachable,
    Profile,
)
from chatops.clock import Clock
from chatops.domain.messages.posts import Post

_log = logging.getLogger(__name__)

_UNKNOWN = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_SLACKBOT = "USLACKBOT"


class SlackPeople:
    """The port People over Slack's Web API; what it learns is believed for a few minutes."""

    def __init__(self, api: SlackWebApi, clock: Clock) -> None:
        self._api = api
        self._profiles: TtlCache[str, Profile] = TtlCache(clock, keep=timedelta(minutes=10))
        self._groups: TtlCache[str, tuple[str, ...]] = TtlCache(clock, keep=timedelta(minutes=10))

    def profile(self, user: str) -> Profile | None:
        known = self._profiles.get(user)
        if known is not None:
            return known
        try:
            answer = self._api.call(SlackMethod.USERS_INFO, user=user)
        except ChatRefused as refusal:
            if refusal.code in _UNKNOWN:
                return None
            raise
        return self._profiles.put(user, _profile(user, answer.get("user") or {}))

    def group(self, group: str) -> Sequence[str]:
        """Who is in it; as long as Slack cannot say, the group stands for its people."""
        known = self._groups.get(group)
        return self._read(group) if known is None else known

    def refresh(self, groups: Iterable[str]) -> None:
        """Ask who is in these groups now, so that nobody has to wait for it when it matters."""
        for group in groups:
            self._read(group)

    def _read(self, group: str) -> Sequence[str]:
        try:
            answer = self._api.call(SlackMethod.USERGROUPS_USERS_LIST, usergroup=group)
        except (ChatBusy, ChatUnreachable, ChatIndeterminate, AppLockedOut) as trouble:
            _log.warning(
                "A user group could not be read", extra={"action": "group", "why": str(trouble)}
            )
            return (group,)
        return self._groups.put(group, tuple(answer.get("users") or ()))

    def show_home(self, user: str, posts: Sequence[Post]) -> None:
        view = {"type": "home", "blocks": blocks.as_json(blocks.home(posts))}
        self._api.call(SlackMethod.VIEWS_PUBLISH, user_id=user, view=view)


def _profile(user: str, row: Mapping[str, Any]) -> Profile:
    worded = row.get("profile") or {}
    names = (worded.get("display_name"), worded.get("real_name"), row.get("real_name"))
    return Profile(
        user=user,
        name=next((name for name in names if name), row.get("name") or user),
        zone=row.get("tz") or "UTC",
        active=not row.get("deleted", False),
        full_name=worded.get("real_name") or row.get("real_name") or "",
        email=worded.get("email") or "",
        guest=bool(row.get("is_restricted") or row.get("is_ultra_restricted")),
        bot=bool(row.get("is_bot")) or user == _SLACKBOT,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The bot's account: its user and workspace, and the scopes it was granted."""

    user: str
    team: str
    scopes: frozenset[str]


class Identity:
    """Asks Slack for our account at the first need, and remembers it."""

    def __init__(self, api: SlackWebApi) -> None:
        self._api = api
        self._lock = Lock()
        self._account: Account | None = None

    def account(self) -> Account:
        """Our account; raises a ChatTrouble as long as Slack has not told it."""
        with self._lock:
            if self._account is None:
                self._account = self._ask()
            return self._account

    def _ask(self) -> Account:
        answer = self._api.call(SlackMethod.AUTH_TEST)
        granted = {name.lower(): value for name, value in answer.headers.items()}
        scopes = f"{granted.get('x-oauth-scopes', '')}".split(",")
        return Account(
            user=told(answer, "user_id"),
            team=told(answer, "team_id"),
            scopes=frozenset(scope.strip() for scope in scopes if scope.strip()),
        )
