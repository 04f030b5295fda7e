"""The ways of calls to Slack: over real HTTP or straight to the double, crossing points."""

import json
import select
import urllib.request
from collections.abc import Mapping
from email.message import Message as Headers
from functools import partial
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from urllib.response import addinfourl

from chatops.playground.slack.api import DROPPED, UNAVAILABLE, Reply
from chatops.playground.slack.double import Slack
from chatops.playground.slack.faults import Outage
from chatops.playground.slack.web import RESPONSE_URL
from tests.faults.crossings import Cross, Point


class _Wire(HTTPConnection):
    """A connection that crosses a point at each end of a call."""

    def __init__(self, *args: Any, cross: Cross, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cross = cross
        self._what = ""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        self._what = _name_of(url)
        self._cross(Point.LEAVES, self._what)
        super().request(method, url, *args, **kwargs)

    def getresponse(self) -> HTTPResponse:
        select.select([self.sock], [], [])
        self._cross(Point.ACCEPTED, self._what)
        response = super().getresponse()
        self._cross(Point.READ, self._what)
        return response


class _Wired(urllib.request.HTTPHandler):
    def __init__(self, cross: Cross) -> None:
        super().__init__()
        self._cross = cross

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(partial(_Wire, cross=self._cross), req)


class _Wireless(urllib.request.BaseHandler):
    """Brings calls to the double without a socket in between."""

    def __init__(self, slack: Slack, cross: Cross) -> None:
        self._slack = slack
        self._cross = cross

    def http_open(self, req: urllib.request.Request) -> addinfourl:
        name = _name_of(req.selector)
        arguments = _arguments(req)
        self._cross(Point.LEAVES, name)
        tick = self._slack.call_log.call_began(name, arguments)
        reply = self._answer(req, name, arguments)
        self._slack.call_log.call_ended(
            tick, reply.outcome, status=reply.status, reply_dropped=reply.dropped
        )
        self._cross(Point.ACCEPTED, name)
        if reply.dropped:
            why = "no answer came back"
            raise RemoteDisconnected(why)
        self._cross(Point.READ, name)
        return _response(req, reply)

    def _answer(
        self, req: urllib.request.Request, name: str, arguments: Mapping[str, Any]
    ) -> Reply:
        if name != RESPONSE_URL:
            token = f"{req.get_header('Authorization')}".removeprefix("Bearer ")
            return self._slack.api.answer(name, arguments, token)
        outage = self._slack.faults.outage
        if outage is not None:
            return DROPPED if outage is Outage.UNREACHABLE else UNAVAILABLE
        failure = self._slack.faults.next_failure(name)
        if failure is not None:
            return Reply(body=failure.error, status=failure.status, outcome=failure.error)
        reply = self._slack.responder.answer(urlsplit(req.full_url).path, arguments)
        return DROPPED if self._slack.faults.drops(name) else reply


def wired(cross: Cross) -> urllib.request.OpenerDirector:
    """Opens connections as usual, crossing points."""
    return _opener(_Wired(cross))


def wireless(slack: Slack, cross: Cross) -> urllib.request.OpenerDirector:
    """Asks the double directly, crossing the same points."""
    return _opener(_Wireless(slack, cross))


def _opener(handler: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    opener = urllib.request.OpenerDirector()
    for each in (
        handler,
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(each)
    return opener


def _name_of(url: str) -> str:
    path = urlsplit(url).path
    return path.removeprefix("/api/") if path.startswith("/api/") else RESPONSE_URL


def _arguments(req: urllib.request.Request) -> dict[str, Any]:
    query = dict(parse_qsl(urlsplit(req.full_url).query, keep_blank_values=True))
    body = req.data if isinstance(req.data, bytes) else b""
    if f"{req.get_header('Content-type')}".startswith("application/json"):
        return {**query, **json.loads(body or b"{}")}
    return query | dict(parse_qsl(body.decode(), keep_blank_values=True))


def _response(req: urllib.request.Request, reply: Reply) -> addinfourl:
    headers = Headers()
    for name, value in reply.headers.items():
        headers[name] = value
    headers["Content-Type"] = "application/json; charset=utf-8"
    body = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
    response = addinfourl(BytesIO(body.encode()), headers, req.full_url, reply.status)
    response.msg = ""  # type: ignore[attr-defined]  # what urllib's own handlers set
    return response
