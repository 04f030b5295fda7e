"""Serves the double of Slack, with further routes beside it."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from chatops.playground.serving import ThreadedServer
from chatops.playground.slack.double import Slack
from chatops.playground.slack.web import slack_routes


class SlackServer:
    """Runs a double of Slack on 127.0.0.1; a context manager."""

    def __init__(self, slack: Slack, *, port: int = 0, routes: Sequence[BaseRoute] = ()) -> None:
        self.slack = slack
        self._port = port
        self._routes = routes
        self._server: ThreadedServer | None = None

    @property
    def url(self) -> str:
        """Where the server is reached, without a slash at the end."""
        return self.slack.address

    @property
    def api_url(self) -> str:
        """What the bot is given as ``SLACK_API_URL``."""
        return f"{self.url}/api/"

    def start(self) -> None:
        self._server = ThreadedServer(port=self._port)
        self.slack.address = self._server.url
        self._server.start(Starlette(routes=[*slack_routes(self.slack), *self._routes]))
        self.slack.start()

    def stop(self) -> None:
        self.slack.stop()
        if self._server is not None:
            self._server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
