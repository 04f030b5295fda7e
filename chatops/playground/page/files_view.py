"""Opens what messages lead to: files to keep, canvases to read, and other messages."""

from mimetypes import guess_type
from urllib.parse import parse_qs, quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from chatops.playground.page.addresses import address
from chatops.playground.page.rendering import ScreenRenderer
from chatops.playground.workspace.state import Workspace

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
