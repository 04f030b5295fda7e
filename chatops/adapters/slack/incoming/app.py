"""Puts the incoming half of Slack together: one Bolt app, with its listeners."""

import logging
import re
import secrets
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from chatops.adapters.slack.api.link_previews import LinkPreviews
from chatops.adapters.slack.api.views import ViewsApi
from chatops.adapters.slack.api.web_api import SlackWebApi, connect
from chatops.adapters.slack.error_boundary import ErrorBoundary
from chatops.adapters.slack.forms.fields import TOLD
from chatops.adapters.slack.forms.roles import GIVE
from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners import (
    actions,
    events,
    shortcuts,
    submissions,
)
from chatops.adapters.slack.incoming.modals import OpenModals
from chatops.adapters.slack.incoming.subscriptions import EVENTS, SHORTCUTS
from chatops.adapters.slack.replies import Replies
from chatops.application.ports.chat import Messages, People
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
