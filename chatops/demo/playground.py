"""The playground: a Slack workspace in the browser and the real bot, in one process."""

import signal
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from threading import Event

from pydantic import SecretStr
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from chatops.access import SignInAccess
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.migrate import upgrade
from chatops.adapters.storage.ownership import owned
from chatops.bootstrap import Bot, open_bot, open_playbooks
from chatops.clock import MovableClock, SystemClock
from chatops.domain.errors import UserError
from chatops.domain.playbook.pipeline import Pipeline
from chatops.domain.team import GitRules, Team, TeamChannels
from chatops.logs import set_up_logging
from chatops.manifest import CALLBACK, manifest
from chatops.outside import connected
from chatops.playground.page.app import play_app
from chatops.playground.shop.repository import has_git
from chatops.playground.shop.service import (
    NAME,
    deploys_itself,
    develop_of,
    goes_straight,
    people,
    service,
)
from chatops.playground.shop.shop import Shop, open_shop
from chatops.playground.shop.target import shop_routes
from chatops.playground.slack.double import PATIENCE as SLACKS_PATIENCE
from chatops.playground.slack.double import Slack, SlackServer
from chatops.playground.slack.installation import Installation, from_manifest
from chatops.playground.workspace.seed import seeded
from chatops.playground.workspace.state import Workspace
from chatops.serving import LISTENERS, open_site, slack_app, web_app
from chatops.settings import LogFormat, LogLevel, SlackAccess, environment

#: Seconds for which the clock waits for what the bot is at, such as a deploy.
_UNDER_WAY = 5.0
#: Where the playground is reached; links to it are shown as cards.
_HOST = "127.0.0.1"


def port_taken(port: int) -> UserError:
    """The playground cannot listen where it should."""
    return UserError(
        f"Port {port} is taken. Stop what uses it, or choose another: chatops play --port 0"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Playground:
    """A workspace in the browser and the bot that lives in it."""

    slack: Slack
    bot: Bot
    clock: MovableClock
    url: str
    #: A service with a real repository; none on a machine without git.
    shop: Shop | None = None


class _Later:
    """Stands for an application that is made once the server's own address is known."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self.app or PlainTextResponse("starting", status_code=503)
        await answer(scope, receive, send)


@contextmanager
def open_playground(
    *,
    port: int,
    playbook: str,
    data: Path,
    patience: float | None = None,
    clock: MovableClock | None = None,
) -> Iterator[Playground]:
    """Open the workspace with the bot at work in it; ``patience`` is as for ``set_up``.

    Its ``clock`` is the machine's, as far as nobody pushes it forward.

    Raises:
        UnknownPlaybook, BrokenPlaybook, StorageUnavailable
        OSError: the port is taken.
    """
    clock = clock or MovableClock(SystemClock())
    with (
        ThreadPoolExecutor(LISTENERS, thread_name_prefix="listener") as threads,
        set_up(
            port=port,
            playbook=playbook,
            data=data,
            clock=clock,
            threads=threads,
            patience=patience,
        ) as opened,
        opened.bot.running(),
    ):
        clock.on_advance(lambda: _look(opened.bot))
        try:
            yield opened
        finally:
            if opened.shop is not None:
                opened.shop.servers.stopping.set()  # a slow deploy would hold up the bot's end


def _look(bot: Bot) -> None:
    """Do what is due before the clock goes on."""
    bot.keep_promises(bot.clock.now())
    bot.send_digests(bot.clock.now())
    _finish(bot)


def _finish(bot: Bot) -> None:
    """Let all that is under way come to its end: time must not run away under it."""
    while bot.worker.drain():
        bot.worker.wait_until_idle(_UNDER_WAY)
    bot.worker.wait_until_idle(_UNDER_WAY)


def _next_due(bot: Bot) -> datetime | None:
    """When the bot will next do something by itself, once it is through with what it is at."""
    _finish(bot)
    with bot.use_cases.sessions.storage.reading() as work:
        moments = (work.promises.next_wake(), work.outbox.next_due())
    digest = bot.send_digests.next_at(bot.clock.now())
    return min(filter(None, (*moments, digest)), default=None)


@contextmanager
def set_up(
    *,
    port: int,
    playbook: str,
    data: Path,
    clock: MovableClock,
    threads: Executor,
    patience: float | None = None,
) -> Iterator[Playground]:
    """Put workspace and bot together on one port of this machine, without the bot's loops.

    The bot's listeners run in ``threads``. ``patience`` is how many seconds Slack waits for the
    bot and the bot for itself, where that is to differ from what people are used to.

    Raises:
        UnknownPlaybook, BrokenPlaybook, StorageUnavailable
        OSError: the port is taken.
    """
    workspace = seeded(clock)
    team = team_of(workspace, playbook)
    playbooks = open_playbooks(team, near=Path.cwd() / "chatops.yml")
    installation = replace(from_manifest(manifest()), unfurl_domains=frozenset({_HOST}))
    slack = Slack(workspace, installation, patience=patience or SLACKS_PATIENCE)
    stopping = Event()
    later = _Later()
    pipeline = playbooks.revive(playbooks.current()).hotfix.pipeline()
    shop = _shop(workspace, pipeline, data / "code", clock)
    bots: list[Bot] = []
    page = play_app(
        slack,
        clock,
        links=page_links(with_shop=shop is not None),
        shop=shop,
        next_due=lambda: min(filter(None, map(_next_due, bots)), default=None),
        stopping=stopping.is_set,
    )
    routes = [Mount(BOT, later), *_shop_mounts(shop), Mount("/", page)]
    server = SlackServer(slack, port=port, routes=routes)
    engine = open_engine(f"sqlite:///{data / 'chatops.db'}")
    try:
        with owned(engine, clock.now(), prepare=upgrade), server:
            access = _access(installation, server)
            team = _with_service(team, shop, server, pipeline)
            outside = connected(team, data=data / "git", environ=environment())
            bot = open_bot(
                engine=engine,
                playbooks=playbooks.with_pages_at(f"{server.url}{BOT}"),
                team=team,
                access=access,
                outside=outside,
                clock=clock,
            )
            bots.append(bot)
            later.app = web_app(
                bot,
                slack_app(bot, threads, patience=patience),
                clock=clock,
                site=open_site(bot, clock=clock, access=_sign_in(slack, server), data=data),
            )
            slack.bot_is_at(f"{server.url}{BOT}/slack/events")
            yield Playground(slack=slack, bot=bot, clock=clock, url=server.url, shop=shop)
            stopping.set()
    finally:
        engine.dispose()


def _shop(
    workspace: Workspace, pipeline: Pipeline | None, folder: Path, clock: MovableClock
) -> Shop | None:
    """The service that breaks, as the pipeline needs it."""
    if not has_git():
        return None
    return open_shop(
        folder,
        clock,
        develop=develop_of(pipeline),
        on_push=deploys_itself(pipeline),
        straight=goes_straight(pipeline),
        changed=workspace.touch,
    )


def _shop_mounts(shop: Shop | None) -> list[Mount]:
    return [Mount(SHOP, routes=shop_routes(shop.servers))] if shop is not None else []


def _with_service(
    team: Team, shop: Shop | None, server: SlackServer, pipeline: Pipeline | None
) -> Team:
    """The team with the shop as its service."""
    if shop is None:
        return team
    checkout = service(shop, url=f"{server.url}{SHOP}", pipeline=pipeline)
    return replace(team, services={NAME: checkout})


def _access(installation: Installation, server: SlackServer) -> SlackAccess:
    return SlackAccess(
        bot_token=SecretStr(installation.bot_token),
        signing_secret=SecretStr(installation.signing_secret),
        app_token=None,
        api_url=server.api_url,
    )


def _sign_in(slack: Slack, server: SlackServer) -> SignInAccess:
    """How people sign in to the bot's pages, which stand beside the workspace."""
    site = f"{server.url}{BOT}"
    slack.sends_back_to(f"{site}{CALLBACK}")
    return SignInAccess(
        client_id=slack.installation.client_id,
        client_secret=SecretStr(slack.installation.client_secret),
        session_secret=SecretStr(token_hex()),
        public_url=site,
    )


def play(*, port: int, playbook: str, data: Path | None) -> None:
    """Open the playground and keep it open until the process is told to stop.

    Raises:
        UserError, UnknownPlaybook, BrokenPlaybook, StorageUnavailable
    """
    set_up_logging(level=LogLevel.WARNING, style=LogFormat.TEXT, secrets=())
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    with _folder(data) as folder:
        try:
            with open_playground(port=port, playbook=playbook, data=folder) as opened:
                _greet(opened.url, kept=data is not None)
                stop.wait()
                sys.stdout.write("Closing the playground.\n")
        except OSError as error:
            raise port_taken(port) from error


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        yield data
        return
    with TemporaryDirectory(prefix="chatops-") as name:
        yield Path(name)


def _greet(url: str, *, kept: bool) -> None:
    forgotten = "" if kept else " What happens here is forgotten when you stop it."
    sys.stdout.write(
        f"The playground is open: {url}\n"
        f"Type /incident checkout is down. Stop with Ctrl+C.{forgotten}\n"
    )
    sys.stdout.flush()


#: Which of the workspace's user groups and people the playbooks' audiences are. The people whom
#: one can play must be enough for any approval of a fix by Sam.
_AUDIENCES = {
    "oncall": ("@oncall",),
    "engineering_lead": ("@eng-leads",),
    "on_call_manager": ("priya", "ines"),
    "product_manager": ("@product",),
    "executives": ("lena",),
    "tech_lead": ("priya", "lena"),
    "team_lead": ("lena",),
    "product_owner": ("noah",),
    "dev_alerts": (),
}


def team_of(workspace: Workspace, playbook: str) -> Team:
    """The team that lives in a workspace, under a playbook."""
    groups = {group.handle: group.id for group in workspace.groups}
    ids = {person.handle: person.id for person in workspace.people}
    return Team(
        playbook=playbook,
        channels=TeamChannels(stakeholders="status-updates", alerts="incidents"),
        audiences={
            audience: tuple(
                groups[each[1:]] if each.startswith("@") else ids[each] for each in members
            )
            for audience, members in _AUDIENCES.items()
        },
        git=GitRules(people=people(ids)),
    )


#: Where the bot's own pages are mounted beside the workspace.
BOT = "/bot"
#: Where the shop answers.
SHOP = "/shop"

_PAGES = {
    "Public status": f"{BOT}/status",
    "Incidents": f"{BOT}/incidents",
    "What is due": f"{BOT}/due",
    "Statistics": f"{BOT}/stats",
}
_MACHINES = {"Health": f"{BOT}/readyz", "Metrics": f"{BOT}/metrics"}
_SHOPS = {"Health of the shop": f"{SHOP}/health", "A test payment": f"{SHOP}/pay"}


def page_links(*, with_shop: bool) -> Mapping[str, Mapping[str, str]]:
    """The links by their headings, title to address."""
    machines = {**_MACHINES, **_SHOPS} if with_shop else _MACHINES
    return {"Web pages": _PAGES, "For machines": machines}
