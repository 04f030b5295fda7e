"""The double's HTTP face: the Web API, uploads, response URLs, Socket Mode and signing in."""

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from chatops.playground.slack.api import DROPPED, UNAVAILABLE, Reply, WebApi
from chatops.playground.slack.call_log import CallLog
from chatops.playground.slack.delivery import Responder
from chatops.playground.slack.errors import Why
from chatops.playground.slack.faults import Outage, SlackFaults
from chatops.playground.slack.installation import Installation
from chatops.playground.slack.sockets import SocketHub
from chatops.playground.slack.trigger_ids import TriggerIds
from chatops.playground.workspace.state import Workspace

#: What uploads and response URLs are called in the call log and by the faults.
UPLOAD = "upload"
RESPONSE_URL = "response_url"


class SlackWebParts(Protocol):
    """What of the double the HTTP face needs."""

    @property
    def installation(self) -> Installation: ...
    @property
    def workspace(self) -> Workspace: ...
    @property
    def api(self) -> WebApi: ...
    @property
    def responder(self) -> Responder: ...
    @property
    def sockets(self) -> SocketHub: ...
    @property
    def trigger_ids(self) -> TriggerIds: ...
    @property
    def faults(self) -> SlackFaults: ...
    @property
    def call_log(self) -> CallLog: ...


def slack_routes(slack: SlackWebParts) -> list[BaseRoute]:
    """List the routes that make a server Slack."""
    face = _Face(slack)
    return [
        Route("/api/{method}", face.call, methods=["GET", "POST"]),
        Route("/upload/v1/{file_id}", face.upload, methods=["POST", "PUT"]),
        Route("/commands/{rest:path}", face.respond, methods=["POST"]),
        Route("/actions/{rest:path}", face.respond, methods=["POST"]),
        WebSocketRoute("/link/", face.link),
        *authorize_routes(slack),
    ]


class _Face:
    def __init__(self, slack: SlackWebParts) -> None:
        self._slack = slack

    async def call(self, http: HttpRequest) -> Response:
        method = http.path_params["method"]
        arguments = await _arguments(http)
        if arguments is None:
            return _response(Reply(body={"ok": False, "error": Why.INVALID_JSON}))
        arguments |= _client(http)
        token = _token(http, arguments)
        return await self._logged(
            http, method, arguments, lambda: self._slack.api.answer(method, arguments, token)
        )

    async def upload(self, http: HttpRequest) -> Response:
        file_id, content = http.path_params["file_id"], await _content(http)
        facts = {"file_id": file_id, "length": len(content)}

        def received() -> Reply:
            if self._slack.workspace.files.find(file_id) is None:
                return Reply(body="file_not_found", status=404, outcome=Why.FILE_NOT_FOUND)
            self._slack.workspace.files.receive(file_id, content)
            return Reply(body=f"OK - {len(content)}")

        return await self._with_faults(http, UPLOAD, facts, received)

    async def respond(self, http: HttpRequest) -> Response:
        body = await _arguments(http)
        if body is None:
            return _response(Reply(body="invalid_payload", status=400))
        path = http.url.path
        return await self._with_faults(
            http, RESPONSE_URL, body, lambda: self._slack.responder.answer(path, body)
        )

    async def link(self, websocket: WebSocket) -> None:
        if not self._slack.trigger_ids.use_socket(websocket.query_params.get("ticket", "")):
            await websocket.close(code=1008)
            return
        await self._slack.sockets.serve(websocket)

    async def _with_faults(
        self,
        http: HttpRequest,
        name: str,
        facts: Mapping[str, Any],
        act: Callable[[], Reply],
    ) -> Response:
        """Act with the same faults as the Web API has."""
        faults = self._slack.faults

        def acted() -> Reply:
            if faults.outage is not None:
                return DROPPED if faults.outage is Outage.UNREACHABLE else UNAVAILABLE
            failure = faults.next_failure(name)
            if failure is not None:
                return Reply(body=failure.error, status=failure.status, outcome=failure.error)
            reply = act()
            return DROPPED if faults.drops(name) else reply

        return await self._logged(http, name, facts, acted)

    async def _logged(
        self,
        http: HttpRequest,
        name: str,
        arguments: Mapping[str, Any],
        act: Callable[[], Reply],
    ) -> Response:
        call_log = self._slack.call_log
        tick = call_log.call_began(name, arguments)
        await _pause(self._slack.faults.latency(name))
        reply = act()
        call_log.call_ended(tick, reply.outcome, status=reply.status, reply_dropped=reply.dropped)
        if reply.dropped:
            await _cut(http)
        return _response(reply)


async def _arguments(http: HttpRequest) -> dict[str, Any] | None:
    """Read what a call was given, from its query and its body; None if that is malformed."""
    arguments: dict[str, Any] = dict(http.query_params)
    kind = http.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        try:
            body = json.loads(await http.body() or b"{}")
        except ValueError:
            return None
        if not isinstance(body, dict):
            return None
        return arguments | body
    if kind == "multipart/form-data":
        async with http.form() as form:
            return arguments | dict(form.items())
    pairs = parse_qsl((await http.body()).decode(), keep_blank_values=True)
    return arguments | dict(pairs)


async def _content(http: HttpRequest) -> bytes:
    if not http.headers.get("content-type", "").startswith("multipart/form-data"):
        return await http.body()
    async with http.form() as form:
        for part in form.values():
            if not isinstance(part, str):
                return await part.read()
    return b""


def _token(http: HttpRequest, arguments: dict[str, Any]) -> str:
    given = str(arguments.pop("token", ""))
    scheme, _, token = http.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else given


def _client(http: HttpRequest) -> dict[str, str]:
    """The app's own id and secret, where they come as HTTP's basic authentication."""
    scheme, _, given = http.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(given).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": name, "client_secret": secret}


async def _pause(seconds: float) -> None:
    """Wait as long as a slow Slack takes; a server that stops does not wait for it."""
    if seconds:
        try:
            await asyncio.wait_for(asyncio.Event().wait(), seconds)
        except TimeoutError:
            return


async def _cut(http: HttpRequest) -> None:
    """Close the connection without an answer."""
    transport = http.scope.get("state", {}).get("transport")
    if transport is not None:
        transport.abort()
        await asyncio.sleep(0)


def _response(reply: Reply) -> Response:
    headers = dict(reply.headers)
    if isinstance(reply.body, str):
        return Response(reply.body, reply.status, headers, media_type="text/html")
    body = json.dumps(reply.body)
    return Response(body, reply.status, headers, media_type="application/json")


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
