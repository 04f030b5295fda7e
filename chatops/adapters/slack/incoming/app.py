"""How Slack reaches the bot: a Bolt app with its listeners, over HTTP or by Socket Mode."""

import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from functools import partial
from types import TracebackType
from typing import Any, Self

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from chatops.adapters.slack.api import errors
from chatops.adapters.slack.api.link_previews import LinkPreviews
from chatops.adapters.slack.api.views import ViewsApi
from chatops.adapters.slack.api.web_api import SlackWebApi, connect
from chatops.adapters.slack.error_boundary import ErrorBoundary, Replies
from chatops.adapters.slack.forms.fields import TOLD
from chatops.adapters.slack.forms.roles import GIVE
from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners import actions, events, shortcuts, submissions
from chatops.adapters.slack.incoming.modals import OpenModals
from chatops.adapters.slack.incoming.subscriptions import EVENTS, SHORTCUTS
from chatops.application.ports.chat import ChatRefused, Messages, People
from chatops.application.use_cases import UseCases
from chatops.clock import Clock

#: Seconds after which a form that is still being carried out is answered with “working”.
PATIENCE = 2.0

_ANYTHING = re.compile(r".*", re.DOTALL)
Listener = Callable[..., None]
Handler = Callable[[SlackContext, Ack, Any], None]


def build_front(
    *,
    use_cases: UseCases,
    clock: Clock,
    people: People,
    voice: Messages,
    api: SlackWebApi,
    client: WebClient,
    patience: float,
) -> SlackContext:
    """What the listeners work with."""
    screens = ViewsApi(client, api)
    answers = Replies(voice, screens)
    boundary = ErrorBoundary(use_cases.team.incident_command, use_cases.team.hotfix_command)
    modals = OpenModals(use_cases=use_cases, screens=screens, answers=answers, boundary=boundary)
    return SlackContext(
        use_cases=use_cases,
        clock=clock,
        people=people,
        answers=answers,
        screens=screens,
        links=LinkPreviews(api),
        modals=modals,
        boundary=boundary,
        patience=patience,
    )


def build_app(
    *,
    use_cases: UseCases,
    clock: Clock,
    people: People,
    voice: Messages,
    api: SlackWebApi,
    token: str,
    base_url: str,
    signing_secret: str,
    executor: Executor,
    workers: Executor | None = None,
    patience: float = PATIENCE,
) -> App:
    """Build the app; nothing is asked of Slack before the first request needs it.

    ``executor`` acknowledges, and answers forms, which Slack waits for: give it some 32 threads.
    What comes after an acknowledgement is done by ``workers`` (none: by the same threads), so that
    much work never keeps the next acknowledgement waiting. Without a ``signing_secret`` no request
    over HTTP is believed.
    """
    context = build_front(
        use_cases=use_cases,
        clock=clock,
        people=people,
        voice=voice,
        api=api,
        client=connect(token=token, url=base_url),
        patience=patience,
    )
    app = App(
        name="chatops.adapters.slack.bolt",
        logger=_quiet_logger(),
        client=WebClient(base_url=base_url, retry_handlers=[]),
        authorize=_authorized(token),
        # Anybody could sign with an empty secret.
        signing_secret=signing_secret or secrets.token_hex(32),
        request_verification_enabled=True,
        ignoring_self_events_enabled=False,
        listener_executor=executor,
    )
    _listen(app, context, workers or executor)
    return app


def _listen(app: App, context: SlackContext, workers: Executor) -> None:
    """Register the listeners; what nobody knows any more gets a polite word from them."""

    def soon(handler: Handler) -> Listener:
        return _acknowledging(handler, context, workers)

    app.command(_ANYTHING)(soon(actions.on_command))
    app.action(re.compile(rf"^{TOLD}\."))(soon(actions.on_choice))
    app.action(re.compile(rf"^{GIVE}\."))(soon(actions.on_gift))
    for name in EVENTS:
        app.event(name)(soon(events.on_event))
    for shortcut in SHORTCUTS:
        app.shortcut(shortcut.callback)(soon(shortcuts.on_shortcut))
    app.action(_ANYTHING)(soon(actions.on_press))
    app.view(_ANYTHING)(_answering(submissions.on_submission, context))
    app.shortcut(_ANYTHING)(soon(shortcuts.on_shortcut))
    app.event(_ANYTHING)(soon(events.on_unknown_event))


def _answering(handler: Handler, context: SlackContext) -> Listener:
    """A listener whose acknowledgement is the answer; no error gets back to Bolt.

    Bolt hands over what a listener's parameters are called.
    """

    def listen(ack: Ack, body: dict[str, Any]) -> None:
        context.boundary.run("listen", lambda: handler(context, ack, body), lambda _: None)

    return listen


def _acknowledging(handler: Handler, context: SlackContext, workers: Executor) -> Listener:
    """A listener that acknowledges at once, and leaves the rest to the workers."""
    work = _answering(handler, context)

    def listen(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        workers.submit(work, ack, body)

    return listen


def _authorized(token: str) -> Callable[..., AuthorizeResult]:
    """Our own word for who we are: asking Slack would cost time before the first form."""
    return partial(
        lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=token
        )
    )


def _quiet_logger() -> logging.Logger:
    """Bolt logs requests with wrong signatures in full; these are for nobody to keep."""
    logger = logging.getLogger("chatops.adapters.slack.bolt")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_is_news)
    return logger


def _is_news(record: logging.LogRecord) -> bool:
    """Bolt finds SLACK_BOT_TOKEN by itself, and then warns that it does not use it."""
    return not record.getMessage().startswith("As you gave `client` as well, `token`")


#: Slack's largest payloads are views of 250 kB, URL-encoded.
LARGEST = 2_000_000

_TIMESTAMP = re.compile(r"[0-9]{1,12}")

#: What Bolt raises while it reads a body, which it does before it checks the signature.
_NONSENSE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


class _TooLarge(Exception):
    """The body does not end where Slack's would."""


def slack_endpoint(app: App) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for ``POST /slack/events``."""

    async def endpoint(request: Request) -> Response:
        if not _TIMESTAMP.fullmatch(request.headers.get("x-slack-request-timestamp", "")):
            return PlainTextResponse("not signed", status_code=401)
        try:
            asked = _asked(request, await _body(request))
        except _TooLarge:
            return PlainTextResponse("too large", status_code=413)
        except (*_NONSENSE, ClientDisconnect):
            return PlainTextResponse("not understood", status_code=400)
        return _response(await run_in_threadpool(app.dispatch, asked))

    return endpoint


def _asked(request: Request, body: bytes) -> BoltRequest:
    return BoltRequest(
        body=body.decode(),
        query=request.url.query,
        headers={name: request.headers.getlist(name) for name in request.headers},
    )


async def _body(request: Request) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            raise _TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


def _response(answer: BoltResponse) -> Response:
    headers = {
        name: values[0] for name, values in answer.headers.items() if name != "content-length"
    }
    return Response(content=answer.body, status_code=answer.status, headers=headers)


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
