"""Socket Mode: Slack reaches the bot over a connection that the bot has opened itself."""

import logging
from types import TracebackType
from typing import Self

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from chatops.adapters.slack.api import errors
from chatops.application.ports.chat import ChatRefused


class SocketRefused(ChatRefused):
    """Slack does not give us a connection."""

    def __init__(self, code: str) -> None:
        super().__init__(
            code,
            f"Slack refuses the connection ({code}): see that SLACK_APP_TOKEN is the app-level"
            " token (xapp-…) with the scope connections:write, and that Socket Mode is on",
        )


class SocketLine:
    """The connection; it is opened anew whenever Slack closes it. A context manager."""

    def __init__(self, handler: SocketModeHandler) -> None:
        self._handler = handler

    def start(self) -> None:
        """Open the connection.

        Raises:
            SocketRefused: the token is wrong, or Socket Mode is off.
            ChatError: Slack cannot be reached.
        """
        try:
            self._handler.client.connect()
        except SlackApiError as error:
            answer = error.response
            problem = errors.of_answer(answer.status_code, answer.headers, answer.data)
            if isinstance(problem, ChatRefused):
                raise SocketRefused(problem.code) from error
            raise problem from error
        except errors.FAILURES as error:
            raise errors.of_failure(error) from error

    def stop(self) -> None:
        self._handler.client.close()

    @property
    def is_connected(self) -> bool:
        return self._handler.client.is_connected()

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


def socket_mode(app: App, app_token: str, *, base_url: str, at_once: int = 32) -> SocketLine:
    """A line for ``app``; ``at_once`` requests are answered at the same time."""
    logger = logging.getLogger("chatops.adapters.slack.socket")
    logger.setLevel(logging.WARNING)
    handler = SocketModeHandler(
        app,
        app_token,
        logger=logger,
        web_client=WebClient(base_url=base_url, retry_handlers=[], logger=logger),
        concurrency=at_once,
    )
    return SocketLine(handler)
