"""Puts the pages together: their routes, with the session of those who sign in."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from chatops.adapters.web.pages.cached_copies import Copies
from chatops.adapters.web.pages.errors import PageErrorBoundary
from chatops.adapters.web.pages.incidents import Frame, Inside
from chatops.adapters.web.pages.postmortems import PostMortemPages
from chatops.adapters.web.pages.public import StatusBoard
from chatops.adapters.web.pages.rendering import ASSETS, PageRenderer
from chatops.adapters.web.pages.sign_in import STAY, SignIn, VisitorProfiles
from chatops.adapters.web.pages.statistics import Statistics
from chatops.adapters.web.webhooks import Refused, read_body
from chatops.application.analytics.statistics import ShowStatistics
from chatops.application.pages.incident import IdentityProvider, Pages
from chatops.application.pages.public import PublicStatus
from chatops.application.ports.chat import UnknownWorkspace
from chatops.application.postmortem.use_cases import PostMortemUseCases
from chatops.clock import Clock

#: A post-mortem's text with room to spare, in the spelling of forms.
_LARGEST = 1_000_000

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteParts:
    """What the pages are made of.

    ``copies`` is the folder for the copy of the public status, ``secret`` signs cookies, and
    without a ``identity_provider`` nobody can sign in.
    """

    pages: Pages
    numbers: ShowStatistics
    post_mortems: PostMortemUseCases
    people: VisitorProfiles
    workspace: Callable[[], str]
    clock: Clock
    templates: Path
    copies: Path | None = None
    identity_provider: IdentityProvider | None = None
    secret: str = field(default="", repr=False)
    public_url: str = ""


class _Assets(StaticFiles):
    """What pages load; browsers may keep it for a while."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=600"
        return response


class Site:
    """The pages; ``refresh`` draws the public one anew, for its copy."""

    def __init__(self, parts: SiteParts) -> None:
        self._parts = parts
        self._painter = PageRenderer(parts.templates)
        copies = Copies(parts.copies, assets=self._painter.assets) if parts.copies else None
        self._board = StatusBoard(
            self._status,
            painter=self._painter,
            clock=parts.clock,
            copies=copies,
            public_url=parts.public_url,
        )
        self.boundary = PageErrorBoundary(self._painter)

    def refresh(self, now: datetime) -> None:
        self._board.refresh(now)

    def routes(self) -> list[BaseRoute]:
        """Everything; the last of them takes whatever nobody else answers."""
        return [
            *self._board.routes(self.boundary.run),
            Mount(f"/{ASSETS}", _Assets(directory=self._painter.assets)),
            *self._inside(),
        ]

    def _inside(self) -> list[BaseRoute]:
        parts, guarded = self._parts, self.boundary.run
        sign_in = SignIn(
            parts.identity_provider,
            people=parts.people,
            workspace=parts.workspace,
            clock=parts.clock,
        )
        frame = Frame(self._painter, parts.people)
        inside = Inside(parts.pages, sign_in, frame=frame, clock=parts.clock)
        statistics = Statistics(parts.numbers, sign_in, frame=frame, clock=parts.clock)

        written = PostMortemPages(
            parts.post_mortems, parts.pages, sign_in, frame=frame, clock=parts.clock
        )
        post_mortem = "/incidents/{reference}/postmortem"
        routes: list[BaseRoute] = [
            Route("/", _to_the_list),
            Route("/incidents", guarded(inside.incidents)),
            Route("/incidents/{reference}.json", guarded(inside.raw_incident)),
            Route("/incidents/{reference}", guarded(inside.incident)),
            Route(post_mortem, guarded(written.page), methods=["GET"]),
            Route(post_mortem, self._taken(written.save), methods=["POST"]),
            Route("/due", guarded(inside.due)),
            Route("/stats", guarded(statistics.page)),
            Route("/stats.csv", guarded(statistics.file)),
            Route("/sign-in", guarded(sign_in.sign_in)),
            Route("/sign-in/callback", guarded(sign_in.callback)),
            Route("/sign-out", self._taken(sign_in.sign_out), methods=["POST"]),
        ]
        return [Mount("/", routes=routes, middleware=[self._session()])]

    def _taken(self, take: Callable[[Request, Form], Response]) -> Callable[[Request], Any]:
        """An endpoint that takes a form in, of a bounded size, and works in a thread."""

        async def endpoint(request: Request) -> Response:
            try:
                body = await read_body(request, most=_LARGEST)
            except (Refused, ClientDisconnect):
                return PlainTextResponse("The form is too large.\n", 413)
            pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
            guarded = self.boundary.run(lambda asked: take(asked, dict(pairs)))
            return await run_in_threadpool(guarded, request)

        return endpoint

    def _session(self) -> Middleware:
        parts = self._parts
        secure = parts.public_url.startswith("https://")
        return Middleware(
            SessionMiddleware,
            secret_key=parts.secret or secrets.token_hex(),
            session_cookie="__Host-chatops" if secure else "chatops",
            max_age=int(STAY.total_seconds()),
            same_site="lax",
            https_only=secure,
        )

    def _status(self, now: datetime) -> PublicStatus:
        try:
            team = self._parts.workspace()
        except UnknownWorkspace:  # nothing was ever declared, and Slack does not answer
            return PublicStatus(running=(), resolved=())
        return self._parts.pages.status(team=team, now=now)


def _to_the_list(request: Request) -> Response:
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/incidents", HTTPStatus.SEE_OTHER)
