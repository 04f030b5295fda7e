"""The page's HTTP edge: its pieces, its live stream, files and links, and what is done from it."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from functools import partial
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from anyio import CapacityLimiter, to_thread
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from chatops.clock import MovableClock
from chatops.domain.errors import UserError
from chatops.playground.page.actions import ACTIONS, PageAction, PageContext
from chatops.playground.page.rendering import Picture, ScreenRenderer
from chatops.playground.page.requests import HEADER, LOOPBACK, Idempotency, SameOrigin, address
from chatops.playground.page.screen import Screen, screen_of
from chatops.playground.page.screen_content import ScreenContent
from chatops.playground.page.switches import Switchboard
from chatops.playground.shop.shop import Shop
from chatops.playground.slack.double import Slack
from chatops.playground.slack.simulated_user.outcome import ImpossibleError
from chatops.playground.workspace.channels import UnknownChannelError
from chatops.playground.workspace.state import Workspace

STATIC = Path(__file__).with_name("static")
_OK, _BAD_REQUEST, _NOT_FOUND, _CONFLICT = 200, 400, 404, 409


def play_app(
    slack: Slack,
    clock: MovableClock,
    *,
    links: Mapping[str, Mapping[str, str]] | None = None,
    shop: Shop | None = None,
    next_due: Callable[[], datetime | None] = lambda: None,
    hosts: frozenset[str] = LOOPBACK,
    stopping: Callable[[], bool] = lambda: False,
) -> Starlette:
    """Make the page over one double of Slack.

    ``links`` (by heading, title to address) are shown below the channels, ``shop`` beside the
    messages, ``next_due`` tells when time may not simply pass by, ``hosts`` are the names under
    which the page answers, and ``stopping`` ends the live streams when the server stops.
    """
    switchboard = Switchboard(slack.faults)
    context = PageContext(
        slack=slack, clock=clock, switchboard=switchboard, next_due=next_due, shop=shop
    )
    content = ScreenContent(
        workspace=slack.workspace,
        installation=slack.installation,
        switchboard=switchboard,
        refused=context.refused,
        links=links or {},
        shop=shop,
    )
    renderer = ScreenRenderer(
        workspace=slack.workspace, installation=slack.installation, content=content
    )
    routes = _PageRoutes(slack=slack, context=context, renderer=renderer)
    live = Live(slack.workspace, stopping, shop.look if shop else lambda: None)
    return Starlette(
        routes=[
            Route("/", routes.page),
            Route("/play/live", live.stream),
            Route("/play/screen", routes.screen, methods=["POST"]),
            Route("/play/{action}", routes.action, methods=["POST"]),
            Mount("/play/static", StaticFiles(directory=STATIC)),
            *FilesView(slack.workspace, renderer).routes(),
        ],
        middleware=[Middleware(SameOrigin, hosts=hosts)],
    )


class _PageRoutes:
    def __init__(self, *, slack: Slack, context: PageContext, renderer: ScreenRenderer) -> None:
        self._slack = slack
        self._workspace = slack.workspace
        self._context = context
        self._renderer = renderer
        self._idempotency = Idempotency()

    def page(self, request: Request) -> Response:
        shown = self._screen_asked_for(request)
        html = self._renderer.page(shown, unread_from=self._unread_from(shown))
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    async def screen(self, request: Request) -> Response:
        """The pieces of the page that the browser does not have yet."""
        body = await _body(request)
        return await run_in_threadpool(self._screen, self._screen_asked_for(request), body)

    async def action(self, request: Request) -> Response:
        kind = ACTIONS.get(request.path_params["action"])
        if kind is None:
            return _problem("There is no such thing to do.", _NOT_FOUND)
        try:
            action = kind.model_validate(await _body(request))
        except ValidationError:
            return _problem("The page sent something that makes no sense.", _BAD_REQUEST)
        key = request.headers.get(HEADER)
        return await run_in_threadpool(self._idempotency.once, key, partial(self._done, action))

    def _done(self, action: PageAction) -> Response:
        try:
            outcome = action.done(self._context)
        except (ImpossibleError, UnknownChannelError) as error:
            return _problem(str(error), _CONFLICT)
        except UserError as mistake:
            return _problem(str(mistake), _OK)
        return JSONResponse(action.answer(outcome))

    def _screen(self, shown: Screen, body: Mapping[str, Any]) -> Response:
        unread_from = self._unread_from(shown)
        if body.get("seen") and unread_from and shown.channel:
            self._slack.users.reads(shown.person.id, shown.channel.id)
        known = body.get("known")
        picture = self._renderer.picture(shown)
        news = _news(picture, known if isinstance(known, dict) else {})
        return JSONResponse(news | {"unread_from": unread_from})

    def _screen_asked_for(self, request: Request) -> Screen:
        asked = request.query_params
        return screen_of(
            self._workspace, asked.get("as", ""), asked.get("channel", ""), asked.get("thread", "")
        )

    def _unread_from(self, shown: Screen) -> str:
        """The first message that the person has not read, or nothing."""
        channel = shown.channel
        if channel is None or not self._workspace.unread(shown.person.id, channel.id):
            return ""
        last = self._workspace.message_store.last_read(shown.person.id, channel.id)
        said = self._workspace.messages(channel.id)
        return next((one.ts for one in said if one.ts > last), "")


def _news(picture: Picture, known: Mapping[str, str]) -> dict[str, Any]:
    """What of a picture is new to a browser that has the pieces ``known``."""
    digests = {id_: name for id_, name in picture.digests.items() if known.get(id_) != name}
    lists = {
        name: [[row.id, row.html if row.id in digests else None] for row in rows]
        for name, rows in picture.lists.items()
        if name in digests
    }
    return {
        "screen": picture.place,
        "title": picture.title,
        "now": picture.now,
        "revision": picture.revision,
        "regions": {name: html for name, html in picture.regions.items() if name in digests},
        "lists": lists,
        "digests": digests,
    }


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}


def _problem(words: str, status: int) -> Response:
    return JSONResponse({"problem": words}, status_code=status)


#: How long a page waits for a change before the clock is looked at, in seconds.
_PATIENCE = 1.0
_MOST_PAGES = 100


class Live:
    """A stream of revisions for each open page; their waiting does not hold up anything else."""

    def __init__(
        self,
        workspace: Workspace,
        stopping: Callable[[], bool],
        poll: Callable[[], object] = lambda: None,
    ) -> None:
        """``poll`` is called now and then: it may find that something outside has changed."""
        self._workspace = workspace
        self._stopping = stopping
        self._poll = poll
        self._limiter = CapacityLimiter(_MOST_PAGES)

    async def stream(self, request: Request) -> Response:
        since = request.query_params.get("since", "")
        return StreamingResponse(
            self._events(int(since) if since.isdecimal() else 0),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def _events(self, shown: int) -> AsyncIterator[str]:
        shown_minute = None
        while not self._stopping():
            now = self._workspace.clock.now()
            minute = now.replace(second=0, microsecond=0)
            revision = self._workspace.revision
            if revision != shown or minute != shown_minute:
                told = {"revision": revision, "now": f"{now:%Y-%m-%dT%H:%M:%SZ}"}
                yield f"data: {json.dumps(told)}\n\n"
            else:
                yield ":\n\n"
            shown, shown_minute = revision, minute
            await self._next_change(shown)

    async def _next_change(self, shown: int) -> None:
        await to_thread.run_sync(self._wait, shown, limiter=self._limiter, abandon_on_cancel=True)

    def _wait(self, shown: int) -> None:
        self._poll()
        self._workspace.wait_for_change(shown, _PATIENCE)


_NOT_FOUND = 404
_MICROS = 6


class FilesView:
    """The addresses that Slack gives to files, canvases and messages, on this machine."""

    def __init__(self, workspace: Workspace, renderer: ScreenRenderer) -> None:
        self._workspace = workspace
        self._renderer = renderer

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/files/{owner}/{file_id}/{name}", self._file),
            Route("/docs/{team}/{file_id}", self._canvas),
            Route("/archives/{channel}", self._message),
            Route("/archives/{channel}/p{digits}", self._message),
        ]

    def _file(self, request: Request) -> Response:
        """The file, to be kept."""
        file = self._workspace.files.find(request.path_params["file_id"])
        if file is None:
            return PlainTextResponse("There is no such file.", _NOT_FOUND)
        kind, _ = guess_type(file.name)
        kept = f"attachment; filename*=UTF-8''{quote(file.name)}"
        headers = {"Content-Disposition": kept}
        return Response(file.content, media_type=kind or "text/plain", headers=headers)

    def _canvas(self, request: Request) -> Response:
        """The canvas, to be read."""
        file = self._workspace.files.find(request.path_params["file_id"])
        if file is None:
            return PlainTextResponse("There is no such canvas.", _NOT_FOUND)
        return HTMLResponse(self._renderer.canvas(file))

    def _message(self, request: Request) -> Response:
        """The page at that message, for whoever followed the link."""
        digits = request.path_params.get("digits", "")
        ts = f"{digits[:-_MICROS]}.{digits[-_MICROS:]}" if digits else ""
        thread = request.query_params.get("thread_ts", "")
        came_from = parse_qs(urlsplit(request.headers.get("referer", "")).query)
        person = came_from.get("as", [""])[0]
        where = address(person, request.path_params["channel"], thread)
        anchor = f"#{'t' if thread else 'm'}{ts}" if ts else ""
        return RedirectResponse(f"{where}{anchor}")
