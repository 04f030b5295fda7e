"""Where errors of pages end: each becomes a page in plain words, or a line in the log."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from chatops.adapters.web.pages.rendering import ASSETS, POLICY, PageRenderer
from chatops.application.ports.chat import ChatError
from chatops.application.ports.storage import StorageError
from chatops.domain.errors import UnknownIncident, UserError

_log = logging.getLogger(__name__)

Endpoint = Callable[[Request], Response]


class NotSignedIn(Exception):
    """Somebody unknown asked for a page that is not for everybody."""


class TurnedAway(Exception):
    """Somebody may not come in; ``notice`` says why, and what would be right."""

    def __init__(self, notice: "NoticePage") -> None:
        super().__init__(notice.title)
        self.notice = notice


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """A page of a few words: what is so, what to do, and a link to do it with."""

    status: HTTPStatus
    title: str
    words: str
    link: str = ""
    label: str = ""
    reference: str = ""


_GONE = NoticePage(
    status=HTTPStatus.NOT_FOUND,
    title="There is nothing here",
    words="Nothing has this address, or it is not for you. If somebody sent you here, ask them to "
    "add you to the incident in Slack.",
    link="/incidents",
    label="All incidents",
)
_NOT_LIKE_THIS = NoticePage(
    status=HTTPStatus.METHOD_NOT_ALLOWED,
    title="This cannot be done like this",
    words="Go back, and try it from the page itself.",
    link="/incidents",
    label="All incidents",
)
_NO_STORAGE = NoticePage(
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    title="The database does not answer",
    words="Nothing is lost. Try again in a minute; the status page shows what was known last. "
    "Whoever runs the bot can ask `chatops doctor` what is wrong.",
    link="/status",
    label="Status",
)
_NO_SLACK = NoticePage(
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    title="Slack does not answer",
    words="Without it nobody can be signed in. Try again in a minute. Who is signed in already "
    "can go on.",
    link="/incidents",
    label="Try again",
)


class PageErrorBoundary:
    """Runs what a page asks for; no error passes, and no stack trace is shown."""

    def __init__(self, painter: PageRenderer) -> None:
        self._painter = painter

    def run(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, with a page for whatever goes wrong in it."""

        def answer(request: Request) -> Response:
            try:
                return endpoint(request)
            except NotSignedIn:
                return _to_sign_in(request)
            except Exception as error:  # noqa: BLE001 - this is the boundary
                return self.shown(request, self._notice(request, error))

        return answer

    def missing(self, request: Request, error: Exception) -> Response:
        """The page for an address that leads nowhere."""
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
        is_gone = status == HTTPStatus.NOT_FOUND
        response = self.shown(request, _GONE if is_gone else _NOT_LIKE_THIS)
        response.headers.update(dict(getattr(error, "headers", None) or {}))
        return response

    def shown(self, request: Request, notice: NoticePage) -> Response:
        """The page of a notice."""
        if _wants_data(request):
            return JSONResponse({"error": notice.title}, notice.status)
        root = request.scope.get("root_path", "").removesuffix(f"/{ASSETS}")
        html = self._painter.paint("notice.html", {"notice": notice, "root": root, "visitor": None})
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return Response(html, notice.status, headers, media_type="text/html")

    def _notice(self, request: Request, error: Exception) -> NoticePage:
        match error:
            case TurnedAway():
                return error.notice
            case UnknownIncident() | UserError():
                return _GONE
            case StorageError():
                facts = {"action": "storage", "doing": request.url.path, "reason": str(error)}
                _log.error("The storage cannot be used", extra=facts)
                return _NO_STORAGE
            case ChatError():
                facts = {"action": "slack_trouble", "doing": "sign_in", "reason": str(error)}
                _log.warning("Slack did not do its part", extra=facts)
                return _NO_SLACK
            case _:
                return _apology(request, error)


def _apology(request: Request, error: Exception) -> NoticePage:
    reference = secrets.token_hex(3).upper()
    _log.error(
        "Something unexpected went wrong",
        exc_info=error,
        extra={"action": "unexpected", "doing": request.url.path, "reference": reference},
    )
    return NoticePage(
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        title="This page could not be made",
        words="The fault is on our side, and nothing was changed by it. Try again; if it fails "
        "again, give the reference to whoever runs the bot.",
        link="/incidents",
        label="All incidents",
        reference=reference,
    )


def _to_sign_in(request: Request) -> Response:
    if _wants_data(request):
        return JSONResponse({"error": "Sign in first"}, HTTPStatus.UNAUTHORIZED)
    root = request.scope.get("root_path", "")
    wanted = request.url.path.removeprefix(root)
    query = f"?{request.url.query}" if request.url.query else ""
    back = urlencode({"to": f"{wanted}{query}"})
    return RedirectResponse(f"{root}/sign-in?{back}", HTTPStatus.SEE_OTHER)


def _wants_data(request: Request) -> bool:
    return request.url.path.endswith(".json")
