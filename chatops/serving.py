"""Serves the bot: one web application for Slack, health and figures, until it is told to stop."""

import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import NoReturn

import uvicorn
from pydantic import SecretStr
from slack_bolt import App
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from chatops.access import SignInAccess
from chatops.adapters.playbooks.folders import find_templates
from chatops.adapters.slack.api.people import Identity
from chatops.adapters.slack.api.sign_in import Client, SlackSignIn
from chatops.adapters.slack.incoming.app import PATIENCE, build_app, slack_endpoint, socket_mode
from chatops.adapters.storage.migrate import current_revision, head_revision
from chatops.adapters.web.alerts import AlertWebhook, alerts_route
from chatops.adapters.web.github import GithubWebhook, github_route
from chatops.adapters.web.health import (
    Probe,
    SecurityHeaders,
    health_routes,
    heard_of,
    metrics_route,
)
from chatops.adapters.web.pages.site import Site, SiteParts
from chatops.application.hotfix.webhooks import TakeForgeEvent
from chatops.application.pages.incident import Pages
from chatops.application.ports.chat import FindWorkspace
from chatops.application.tasks.sync import HearIssue
from chatops.bootstrap import Bot, open_bot, open_database, open_playbooks, open_team
from chatops.clock import Clock, SystemClock
from chatops.manifest import CALLBACK
from chatops.outside import open_outside
from chatops.settings import Settings, SlackAccess

#: The promises are looked at each second; this long without a look and something is wrong.
_SILENCE = timedelta(seconds=30)
#: Seconds that requests under way may take when the bot stops.
_GRACE = 10
#: Listeners at work at once; each is busy until its use case is committed and answered.
LISTENERS = 32
#: Commands, buttons and events worked on at once; more only take time from one another.
WORKERS = 8
#: The folder of the public status' copy, below the data folder.
COPIES = "status"
_COPIED_EVERY = timedelta(minutes=1)
#: What tells the process to stop.
_ENDS = (signal.SIGINT, signal.SIGTERM)


def slack_app(
    bot: Bot,
    threads: Executor,
    workers: Executor | None = None,
    *,
    patience: float | None = None,
) -> App:
    """The Bolt app over the bot's use cases; its listeners run in ``threads``.

    ``patience`` is how many seconds a form may take before the person is told that it takes longer.
    """
    secret = bot.access.signing_secret
    return build_app(
        use_cases=bot.use_cases,
        clock=bot.clock,
        people=bot.people,
        voice=bot.voice,
        api=bot.api,
        token=bot.access.bot_token.get_secret_value(),
        base_url=bot.access.api_url,
        signing_secret=secret.get_secret_value() if secret else "",
        executor=threads,
        workers=workers,
        patience=patience or PATIENCE,
    )


def web_app(
    bot: Bot,
    app: App,
    *,
    clock: Clock,
    alerts_secret: SecretStr | None = None,
    github_secret: SecretStr | None = None,
    site: Site | None = None,
) -> Starlette:
    """Everything the bot answers over HTTP; webhooks are heard where there is a secret for them."""
    site = site or open_site(bot, clock=clock)
    hook = GithubWebhook(
        secret=github_secret.get_secret_value() if github_secret else None,
        heard=TakeForgeEvent(bot.use_cases.sessions),
        heard_issue=HearIssue(bot.use_cases.sessions),
        clock=clock,
    )
    return Starlette(
        routes=[
            Route("/slack/events", slack_endpoint(app), methods=["POST"]),
            *health_routes(probes(bot, clock)),
            metrics_route(bot.metrics),
            alerts_route(_alert_webhook(bot, clock, alerts_secret)),
            github_route(hook),
            *site.routes(),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={HTTPException: site.boundary.missing},
    )


def open_site(
    bot: Bot, *, clock: Clock, access: SignInAccess | None = None, data: Path | None = None
) -> Site:
    """The pages: with ``access`` people can sign in, below ``data`` a copy of the status is kept.

    The ticker has the copy drawn anew, so that it is of the last minute when the database goes.
    """
    identity = Identity(bot.api)
    site = Site(
        SiteParts(
            pages=Pages(bot.use_cases.sessions),
            numbers=bot.use_cases.numbers,
            post_mortems=bot.use_cases.post_mortem,
            people=bot.people,
            workspace=FindWorkspace(
                bot.use_cases.sessions.storage, lambda: identity.account().team
            ),
            clock=clock,
            templates=find_templates() / "web",
            copies=data / COPIES if data is not None else None,
            identity_provider=SlackSignIn(_client(access, bot), clock)
            if access is not None
            else None,
            secret=access.session_secret.get_secret_value() if access is not None else "",
            public_url=access.public_url if access is not None else "",
        )
    )
    if data is not None:
        bot.ticker.also("status", site.refresh, every=_COPIED_EVERY)
    return site


def _client(access: SignInAccess, bot: Bot) -> Client:
    return Client(
        id=access.client_id,
        secret=access.client_secret.get_secret_value(),
        redirect_uri=f"{access.public_url}{CALLBACK}",
        api_url=bot.access.api_url,
    )


def _alert_webhook(bot: Bot, clock: Clock, secret: SecretStr | None) -> AlertWebhook:
    identity = Identity(bot.api)
    return AlertWebhook(
        secret=secret.get_secret_value() if secret else None,
        rules=bot.use_cases.team.alerts,
        hear=bot.use_cases.hear_alert,
        workspace=FindWorkspace(bot.use_cases.sessions.storage, lambda: identity.account().team),
        clock=clock,
    )


def probes(bot: Bot, clock: Clock) -> list[Probe]:
    """What must be so for the bot to do its work."""
    return [
        Probe(name="database", trouble=lambda: _database_trouble(bot)),
        Probe(name="effects", trouble=lambda: None if bot.effects.alive else "the loop has ended"),
        heard_of("promises", lambda: bot.ticker.last_look, within=_SILENCE, clock=clock),
    ]


def _database_trouble(bot: Bot) -> str | None:
    current, head = current_revision(bot.engine), head_revision()
    return None if current == head else f"its tables are at {current}, not at {head}"


def serve(settings: Settings) -> None:
    """Run the bot until the process is told to stop.

    Raises:
        BrokenSettings, BrokenConfig, BrokenPlaybook, StorageUnavailable
    """
    access, sign_in = settings.slack(), settings.sign_in()
    clock = SystemClock()
    team = open_team(settings)
    playbooks = open_playbooks(team, near=settings.config, site=settings.public_url)
    with open_database(settings, clock.now()) as engine:
        bot = open_bot(
            engine=engine,
            playbooks=playbooks,
            team=team,
            access=access,
            outside=open_outside(settings, team, clock),
            clock=clock,
        )
        with (
            ThreadPoolExecutor(WORKERS, thread_name_prefix="worker") as workers,
            ThreadPoolExecutor(LISTENERS, thread_name_prefix="listener") as threads,
        ):
            app = slack_app(bot, threads, workers)
            with _stopped_by_signals(), bot.running(), _socket(app, access):
                served = web_app(
                    bot,
                    app,
                    clock=clock,
                    alerts_secret=settings.alerts_secret,
                    github_secret=settings.github_webhook_secret,
                    site=open_site(bot, clock=clock, access=sign_in, data=settings.data_dir),
                )
                _listen(served, host=settings.host, port=settings.port)


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Leave the block as an exception would when the process is told to stop, closing everything.

    The server, which listens to signals itself, raises them anew once it has stopped; left to
    their usual course they would end the process before the loops have.
    """
    before = {number: signal.signal(number, _leave) for number in _ENDS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """Closing takes seconds, and is not to be broken off by another signal."""
    for number in _ENDS:
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def _socket(app: App, access: SlackAccess) -> AbstractContextManager[object]:
    """The connection by Socket Mode, where the app has a token for it."""
    if access.app_token is None:
        return nullcontext()
    token = access.app_token.get_secret_value()
    return socket_mode(app, token, base_url=access.api_url)


def _listen(app: Starlette, *, host: str, port: int) -> None:
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    uvicorn.Server(config).run()
