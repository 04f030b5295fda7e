"""Signs people in with Slack (OpenID Connect): sends them there, and asks whom Slack vouches for.

Without PKCE: in Slack it turns an app into a public client for good, and ours keeps a secret.
"""

import base64
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import OpenIDConnectAuthorizeUrlGenerator

from chatops.adapters.slack.api import errors
from chatops.adapters.slack.api.web_api import SKEW, TIMEOUT
from chatops.application.pages.incident import Identified, NotVouchedFor
from chatops.application.ports.chat import ChatRefused
from chatops.clock import Clock

#: All that is asked for: who somebody is. Names come from the bot's own look at profiles.
SCOPES = ("openid",)
_ISSUER = "https://slack.com"
_TEAM, _USER = "https://slack.com/team_id", "https://slack.com/user_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What we are to Slack's sign-in; ``redirect_uri`` is where people come back to."""

    id: str
    secret: str = field(repr=False)
    redirect_uri: str
    api_url: str


class SlackSignIn:
    """The port IdentityProvider over Slack."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def address(self, *, state: str, nonce: str) -> str:
        generator = OpenIDConnectAuthorizeUrlGenerator(
            client_id=quote(self._client.id, safe=""),
            redirect_uri=quote(self._client.redirect_uri, safe=""),
            scopes=SCOPES,
            authorization_url=urljoin(self._client.api_url, "../openid/connect/authorize"),
        )
        return generator.generate(state=quote(state, safe=""), nonce=quote(nonce, safe=""))

    def identify(self, code: str, *, nonce: str) -> Identified:
        slack = _slack(self._client.api_url)
        answer = _asked(
            lambda: slack.openid_connect_token(
                client_id=self._client.id,
                client_secret=self._client.secret,
                code=code,
                redirect_uri=self._client.redirect_uri,
                grant_type="authorization_code",
            )
        )
        claims = _claims(answer.get("id_token"))
        self._check(claims, nonce)
        token = str(answer.get("access_token") or "")
        info = _asked(lambda: slack.openid_connect_userInfo(token=token))
        # The standard asks for this: an answer about somebody else must not be used.
        if not claims.get("sub") or info.get("sub") != claims["sub"]:
            why = "Slack's two answers are about different people"
            raise NotVouchedFor(why)
        return _identified(info)

    def _check(self, claims: Mapping[str, Any], nonce: str) -> None:
        """The claims come straight from Slack over TLS, which stands for their signature."""
        expires = claims.get("exp")
        late = not isinstance(expires, int | float) or (
            self._clock.now() - SKEW
        ).timestamp() > float(expires)
        wrong = {
            "issuer": claims.get("iss") != _ISSUER,
            "audience": claims.get("aud") != self._client.id,
            "nonce": claims.get("nonce") != nonce,
            "age": late,
        }
        if any(wrong.values()):
            named = ", ".join(name for name, is_wrong in wrong.items() if is_wrong)
            why = f"the id token is not for us: {named}"
            raise NotVouchedFor(why)


def _slack(api_url: str) -> WebClient:
    """A client without a token of its own; it never repeats a call, for a code works once."""
    silent = logging.getLogger("chatops.adapters.slack.sdk")
    silent.setLevel(logging.CRITICAL)
    return WebClient(base_url=api_url, timeout=TIMEOUT, retry_handlers=[], logger=silent)


def _asked(call: Any) -> Mapping[str, Any]:
    """What Slack answers.

    Raises:
        NotVouchedFor, ChatError
    """
    try:
        answer = call()
    except SlackApiError as error:
        response = error.response
        problem = errors.of_answer(response.status_code, response.headers, response.data)
        if isinstance(problem, ChatRefused):
            raise NotVouchedFor(problem.code) from error
        raise problem from error
    except errors.FAILURES as error:
        raise errors.of_failure(error) from error
    data: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
    return data


def _claims(id_token: object) -> Mapping[str, Any]:
    """What stands in a JSON web token."""
    try:
        _head, body, _signature = str(id_token).split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except ValueError as error:
        why = "the id token cannot be read"
        raise NotVouchedFor(why) from error
    return claims if isinstance(claims, dict) else {}


def _identified(info: Mapping[str, Any]) -> Identified:
    user, team = info.get(_USER), info.get(_TEAM)
    if not (isinstance(user, str) and isinstance(team, str) and user and team):
        why = "Slack does not say who it is"
        raise NotVouchedFor(why)
    return Identified(user=user, team=team)
