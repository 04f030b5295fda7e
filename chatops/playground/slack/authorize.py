"""Slack's page on which somebody who signs in agrees; here they also choose who they are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from chatops.playground.slack.installation import Installation
from chatops.playground.slack.trigger_ids import TriggerIds
from chatops.playground.workspace.state import Workspace

_ALLOW = "/openid/connect/allow"


class AuthorizeParts(Protocol):
    """What of the double the page needs."""

    @property
    def workspace(self) -> Workspace: ...
    @property
    def installation(self) -> Installation: ...
    @property
    def trigger_ids(self) -> TriggerIds: ...


def authorize_routes(slack: AuthorizeParts) -> list[BaseRoute]:
    """The routes of signing in with Slack."""
    page = _Page(slack)
    return [Route("/openid/connect/authorize", page.ask), Route(_ALLOW, page.allow)]


class _Page:
    def __init__(self, slack: AuthorizeParts) -> None:
        self._slack = slack
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent),
            autoescape=True,
            undefined=StrictUndefined,
        )
        self._template = environment.get_template("authorize.html")

    def ask(self, request: Request) -> Response:
        asked = request.query_params
        problem = self._problem(asked)
        if problem:
            return self._shown(problem=problem)
        people = [
            (person, f"{_ALLOW}?{urlencode({**asked, 'user': person.id})}")
            for person in self._slack.workspace.people
            if not (person.is_bot or person.deleted or not person.email)
        ]
        back = {"error": "access_denied", "state": asked.get("state", "")}
        return self._shown(people=people, cancel=f"{asked['redirect_uri']}?{urlencode(back)}")

    def allow(self, request: Request) -> Response:
        asked = request.query_params
        person = self._slack.workspace.people_store.find(asked.get("user", ""))
        problem = self._problem(asked) or ("" if person else "There is no such person.")
        if problem or person is None:
            return self._shown(problem=problem)
        code = self._slack.trigger_ids.grants.allow(
            user=person.id,
            client_id=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            nonce=asked.get("nonce", ""),
        )
        back = urlencode({"code": code, "state": asked.get("state", "")})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 302)

    def _problem(self, asked: Mapping[str, str]) -> str:
        """What Slack would not take; it sends nobody back to where it does not know."""
        if asked.get("client_id") != self._slack.installation.client_id:
            return "invalid_client_id: there is no app of that id."
        known = {
            *self._slack.installation.redirect_urls,
            *self._slack.trigger_ids.grants.redirect_urls,
        }
        if asked.get("redirect_uri") not in known:
            return "bad_redirect_uri: the address to go back to is not among the app's own."
        if asked.get("response_type") != "code":
            return "unsupported_response_type: response_type must be code."
        if "openid" not in asked.get("scope", "").replace(",", " ").split():
            return "invalid_scope: the scope openid is missing."
        return ""

    def _shown(self, *, problem: str = "", people: object = (), cancel: str = "") -> Response:
        html = self._template.render(
            team=self._slack.workspace.team, problem=problem, people=people, cancel=cancel
        )
        return HTMLResponse(html, 400 if problem else 200)
