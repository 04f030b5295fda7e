"""The double's HTTP: routes, who may ask, pages, limits on requests, and replies that get lost."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.github import issue_endpoints as issues
from tests.github import other_endpoints as others
from tests.github import pull_endpoints as pulls
from tests.github.calls import Answer, Call, Page
from tests.github.records import Refusal

_REPO = r"/(?:repos/(?P<owner>[^/]+)/(?P<name>[^/]+)|repositories/(?P<repo_id>\d+))"
_PULL = rf"{_REPO}/pulls/(?P<number>\d+)"
_ISSUE = rf"{_REPO}/issues/(?P<number>\d+)"
_FLOW = rf"{_REPO}/actions/workflows/(?P<workflow>[^/]+)"
_COMMIT = rf"{_REPO}/commits/(?P<sha>[0-9a-f]{{40}})"
#: What can be asked for; anything else is not found.
ROUTES: list[tuple[str, str, Callable[[Call], Answer | Page]]] = [
    ("GET", _REPO, others.read_repository),
    ("GET", rf"{_REPO}/pulls", pulls.list_pulls),
    ("POST", rf"{_REPO}/pulls", pulls.open_pull),
    ("GET", _PULL, pulls.read_pull),
    ("GET", rf"{_PULL}/reviews", pulls.list_reviews),
    ("POST", rf"{_PULL}/requested_reviewers", pulls.ask_for_reviews),
    ("PUT", rf"{_PULL}/merge", pulls.merge_pull),
    ("POST", rf"{_ISSUE}/labels", pulls.add_labels),
    ("GET", rf"{_REPO}/issues", issues.list_issues),
    ("POST", rf"{_REPO}/issues", issues.open_issue),
    ("GET", _ISSUE, issues.read_issue),
    ("PATCH", _ISSUE, issues.edit_issue),
    ("GET", rf"{_ISSUE}/comments", issues.list_comments),
    ("POST", rf"{_ISSUE}/comments", issues.add_comment),
    ("GET", rf"{_COMMIT}/check-runs", others.list_checks),
    ("GET", rf"{_COMMIT}/status", others.list_statuses),
    ("GET", _FLOW, others.read_workflow),
    ("POST", rf"{_FLOW}/dispatches", others.dispatch),
    ("GET", rf"{_FLOW}/runs", others.list_runs),
    ("POST", r"/app/installations/(?P<id>\d+)/access_tokens", others.app_token),
]


@dataclass
class Fault:
    """What goes wrong with the next request of a method (any write) to a path that ends so."""

    method: str = ""
    path: str = ""
    answer: Refusal | None = None
    raw: bytes | None = None
    acts: bool = False
    hangs: bool = False

    def meets(self, method: str, path: str) -> bool:
        meant = method == self.method if self.method else method != "GET"
        return meant and path.endswith(self.path)


class World(Protocol):
    """What the server asks of the double."""

    requests: list[str]
    faults: list[Fault]
    longest_page: int
    released: Event

    def answer(self, method: str, target: str, secret: str, body: Any) -> Answer | Page: ...

    def limits(self) -> Mapping[str, str]: ...

    def now(self) -> datetime: ...


class Server(ThreadingHTTPServer):
    daemon_threads = True
    world: World

    def handle_error(self, *_: object) -> None:
        """A client that went away is no news."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    # Headers and body go in one piece, or each answer waits for the client to take the first.
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in http.server
        pass

    def _serve(self) -> None:
        world = self.server.world
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        world.requests.append(f"{self.command} {path}")
        fault = next((each for each in world.faults if each.meets(self.command, path)), None)
        if fault is not None:
            world.faults.remove(fault)
        if fault is None or fault.acts:
            answer = self._answer(raw)
        elif fault.answer is not None:
            answer = _refused(fault.answer)
        else:
            answer = None
        if fault is not None and fault.raw is not None:
            self._write(200, fault.raw, {"Content-Type": "text/html"})
        elif fault is not None and fault.hangs:
            world.released.wait(self.timeout)
            self.close_connection = True
        elif answer is None or (fault is not None and fault.acts):
            self.close_connection = True
        else:
            body = b"" if answer.body is None else json.dumps(answer.body).encode()
            self._write(answer.status, body, answer.headers)

    def _answer(self, raw: bytes) -> Answer:
        secret = self.headers.get("Authorization", "").partition(" ")[2]
        try:
            body = json.loads(raw) if raw else {}
            found = self.server.world.answer(self.command, self.path, secret, body)
        except json.JSONDecodeError:
            return _refused(Refusal(400, "Problems parsing JSON"))
        except Refusal as refusal:
            return _refused(refusal)
        return self._page(found) if isinstance(found, Page) else found

    def _page(self, page: Page) -> Answer:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        world = self.server.world
        size = min(int(query.get("per_page", 30)), world.longest_page)
        number = int(query.get("page", 1))
        last = max(1, -(-len(page.items) // size))
        items = page.items[(number - 1) * size : number * size]
        host, port = self.server.server_address[:2]
        links = {"next": number + 1, "last": last} if number < last else {}
        here = f"http://{host!s}:{port}{parts.path}"
        told = ", ".join(
            f'<{here}?{urlencode({**query, "page": each})}>; rel="{rel}"'
            for rel, each in links.items()
        )
        body = {"total_count": len(page.items), page.under: items} if page.under else items
        return Answer(200, body, {"Link": told} if told else {})

    def _write(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        world = self.server.world
        self.send_response_only(status)
        usual = {
            "Date": format_datetime(world.now(), usegmt=True),
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(body)),
            **world.limits(),
        }
        for name, value in {**usual, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _refused(refusal: Refusal) -> Answer:
    return Answer(refusal.status, refusal.body, refusal.headers)


@dataclass
class Route:
    """Where a request goes, and what its path says."""

    act: Callable[[Call], Answer | Page]
    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)


def route(method: str, target: str) -> Route:
    """Find who answers; raises Refusal where nobody does."""
    parts = urlsplit(target)
    for known, pattern, act in ROUTES:
        found = re.fullmatch(pattern, parts.path)
        if found and known == method:
            said = {name: unquote(text) for name, text in found.groupdict("").items()}
            return Route(act, parts.path, said, dict(parse_qsl(parts.query)))
    raise Refusal(404, "Not Found")
