"""Signs people in with Slack and out again, and knows who is in.

Who is in stands in a signed cookie: it lasts twelve hours and is made anew at each signing-in.
Members of our own workspace are let in; guests, bots and those who have left are not.
"""

import hmac
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chatops.adapters.web.pages.errors import NoticePage, NotSignedIn, TurnedAway
from chatops.application.pages.incident import Identified, IdentityProvider, NotVouchedFor
from chatops.application.ports.chat import ChatError, Profile
from chatops.clock import Clock

_log = logging.getLogger(__name__)


class VisitorProfiles(Protocol):
    """Who people are in the chat."""

    def profile(self, user: str) -> Profile | None: ...


class PageNames:
    """The names on one page: after the first trouble nobody is asked again, so that it is quick."""

    def __init__(self, people: VisitorProfiles) -> None:
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
        except ChatError as trouble:
            self._troubled = True
            facts = {"action": "page_names", "reason": str(trouble)}
            _log.warning("A page shows ids for want of names", extra=facts)
            return user
        return (profile.full_name or profile.name) if profile is not None else user


#: How long somebody stays signed in.
STAY = timedelta(hours=12)
#: How long signing in may take.
_AT_THE_DOOR = timedelta(minutes=10)
#: So many tabs may be signing in at once.
_TABS = 5

_SET_UP = NoticePage(
    status=HTTPStatus.OK,
    title="Signing in is not set up yet",
    words="Whoever runs the bot sets SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (from the Slack "
    "app's page “Basic Information”) and CHATOPS_PUBLIC_URL, adds that address followed by "
    "/sign-in/callback to the app's redirect URLs, and starts the bot again. The public status "
    "works without it.",
    link="/status",
    label="Status",
)
_NOT_BEGUN_HERE = NoticePage(
    status=HTTPStatus.FORBIDDEN,
    title="You are not signed in",
    words="This signing-in did not begin in this browser, or it took more than ten minutes. "
    "Start again.",
    link="/sign-in",
    label="Sign in with Slack",
)
_DECLINED = NoticePage(
    status=HTTPStatus.FORBIDDEN,
    title="You are not signed in",
    words="Slack was not allowed to say who you are. That is all the pages ask for.",
    link="/sign-in",
    label="Sign in with Slack",
)
_ELSEWHERE = NoticePage(
    status=HTTPStatus.FORBIDDEN,
    title="That is another Slack workspace",
    words="These pages are for the workspace that the bot is in. Sign in with your account there.",
    link="/sign-in",
    label="Sign in with Slack",
)
_NOT_A_MEMBER = NoticePage(
    status=HTTPStatus.FORBIDDEN,
    title="These pages are for members",
    words="Guests, bots and accounts that were deactivated see the public status. If you should "
    "see more, ask an admin of your Slack workspace.",
    link="/status",
    label="Status",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is signed in; ``token`` proves that a form came from our own page."""

    user: str
    team: str
    token: str


class SignIn:
    """Lets people in and out; without a identity_provider it says how to set one up."""

    def __init__(
        self,
        identity_provider: IdentityProvider | None,
        *,
        people: VisitorProfiles,
        workspace: Callable[[], str],
        clock: Clock,
    ) -> None:
        self._identity_provider = identity_provider
        self._people = people
        self._workspace = workspace
        self._clock = clock

    def visitor(self, request: Request) -> Visitor:
        """Who asks.

        Raises:
            NotSignedIn
            TurnedAway: they are not a member any more.
        """
        if self._identity_provider is None:
            raise NotSignedIn
        session = _session(request)
        user, team, token = (session.get(key) for key in ("user", "team", "token"))
        if not (user and team and token) or self._age(session) > STAY:
            raise NotSignedIn
        try:
            profile = self._people.profile(user)
        except ChatError:
            # Slack vouched for them some hours ago: at night, with Slack down, that must do.
            return Visitor(user=user, team=team, token=token)
        if not _is_member(profile):
            request.session.clear()
            raise TurnedAway(_NOT_A_MEMBER)
        return Visitor(user=user, team=team, token=token)

    def sign_in(self, request: Request) -> Response:
        """Send somebody to Slack, and remember where they wanted to go."""
        if self._identity_provider is None:
            raise TurnedAway(_SET_UP)
        state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        tabs = dict(list(_tabs(request).items())[1 - _TABS :])
        tabs[state] = {"nonce": nonce, "to": _own(request), "at": self._clock.now().timestamp()}
        request.session["tabs"] = tabs
        address = self._identity_provider.address(state=state, nonce=nonce)
        return RedirectResponse(address, HTTPStatus.SEE_OTHER)

    def callback(self, request: Request) -> Response:
        """Let in whom Slack vouches for, and bring them where they wanted to go."""
        identity_provider, tab = self._identity_provider, self._tab(request)
        if identity_provider is None or tab is None:
            raise TurnedAway(_NOT_BEGUN_HERE)
        code = request.query_params.get("code", "")
        if not code:
            raise TurnedAway(_DECLINED)
        try:
            who = identity_provider.identify(code, nonce=str(tab["nonce"]))
        except NotVouchedFor as doubt:
            facts = {"action": "sign_in_refused", "reason": str(doubt)}
            _log.warning("Somebody could not be signed in", extra=facts)
            raise TurnedAway(_NOT_BEGUN_HERE) from doubt
        self._check(who)
        request.session.clear()
        request.session.update(
            user=who.user,
            team=who.team,
            token=secrets.token_urlsafe(24),
            at=self._clock.now().timestamp(),
        )
        root = request.scope.get("root_path", "")
        return RedirectResponse(f"{root}{tab['to']}", HTTPStatus.SEE_OTHER)

    def sign_out(self, request: Request, form: Mapping[str, str]) -> Response:
        """Forget who it was, if the form came from our own page."""
        self.must_be_ours(self.visitor(request), form.get("token", ""))
        request.session.clear()
        root = request.scope.get("root_path", "")
        return RedirectResponse(f"{root}/status", HTTPStatus.SEE_OTHER)

    def must_be_ours(self, visitor: Visitor, given: str) -> None:
        """Take a form only if it came from our own page. Raises TurnedAway."""
        if not hmac.compare_digest(given.encode(), visitor.token.encode()):
            raise TurnedAway(_NOT_BEGUN_HERE)

    def _tab(self, request: Request) -> Mapping[str, Any] | None:
        """What was remembered of this signing-in; it is used up by asking."""
        tabs = dict(_tabs(request))
        tab = tabs.pop(request.query_params.get("state", ""), None)
        request.session["tabs"] = tabs
        return tab if tab is not None and self._age(tab) <= _AT_THE_DOOR else None

    def _check(self, who: Identified) -> None:
        """Raises TurnedAway."""
        if who.team != self._workspace():
            raise TurnedAway(_ELSEWHERE)
        if not _is_member(self._people.profile(who.user)):
            raise TurnedAway(_NOT_A_MEMBER)

    def _age(self, noted: Mapping[str, Any]) -> timedelta:
        at = noted.get("at")
        if not isinstance(at, int | float):
            return timedelta.max
        return timedelta(seconds=self._clock.now().timestamp() - at)


def _is_member(profile: Profile | None) -> bool:
    return profile is not None and profile.active and not (profile.guest or profile.bot)


def _session(request: Request) -> Mapping[str, Any]:
    session: Mapping[str, Any] = request.session
    return session


def _tabs(request: Request) -> Mapping[str, Mapping[str, Any]]:
    tabs = _session(request).get("tabs")
    return tabs if isinstance(tabs, dict) else {}


def _own(request: Request) -> str:
    """Where somebody wanted to go: a page of ours, or else the list."""
    wanted = request.query_params.get("to", "")
    harmless = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    plain = wanted.isprintable() and "\\" not in wanted
    return wanted if harmless and plain and len(wanted) < 500 else "/incidents"  # noqa: PLR2004 - cookies are small
