"""The page's HTTP edge: the page itself, its pieces, its live stream, and what is done from it."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from chatops.clock import MovableClock
from chatops.domain.errors import UserError
from chatops.playground.page.actions import ACTIONS, PageAction, PageContext
from chatops.playground.page.files_view import FilesView
from chatops.playground.page.live import Live
from chatops.playground.page.rendering import Picture, ScreenRenderer
from chatops.playground.page.requests import HEADER, LOOPBACK, Idempotency, SameOrigin
from chatops.playground.page.scene import ScreenContent
from chatops.playground.page.screen import Screen, look
from chatops.playground.page.switches import Switchboard
from chatops.playground.shop.shop import Shop
from chatops.playground.slack.double import Slack
from chatops.playground.slack.simulated_user.outcome import ImpossibleError
from chatops.playground.workspace.channels import UnknownChannelError

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
    scene = ScreenContent(
        workspace=slack.workspace,
        installation=slack.installation,
        switchboard=switchboard,
        refused=context.refused,
        links=links or {},
        shop=shop,
    )
    renderer = ScreenRenderer(
        workspace=slack.workspace, installation=slack.installation, scene=scene
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
        shown = self._look(request)
        html = self._renderer.page(shown, unread_from=self._unread_from(shown))
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    async def screen(self, request: Request) -> Response:
        """The pieces of the page that the browser does not have yet."""
        body = await _body(request)
        return await run_in_threadpool(self._screen, self._look(request), body)

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

    def _look(self, request: Request) -> Screen:
        asked = request.query_params
        return look(
            self._workspace, asked.get("as", ""), asked.get("channel", ""), asked.get("thread", "")
        )

    def _unread_from(self, shown: Screen) -> str:
        """The first message that the person has not read, or nothing."""
        channel = shown.channel
        if channel is None or not self._workspace.unread(shown.person.id, channel.id):
            return ""
        last = self._workspace.talk.last_read(shown.person.id, channel.id)
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
        "look": picture.place,
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
