"""The incoming half of the bot over signed HTTP: the double's people on one side, a real store on
the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from slack_bolt import App
from starlette.applications import Starlette
from starlette.routing import Route

from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.slack.api.messages import SlackMessages
from chatops.adapters.slack.api.people import SlackPeople
from chatops.adapters.slack.api.scopes import bot_scopes
from chatops.adapters.slack.api.web_api import Limits, SlackWebApi, connect
from chatops.adapters.slack.incoming.app import build_app, slack_endpoint
from chatops.adapters.slack.incoming.subscriptions import EVENTS, SHORTCUTS
from chatops.adapters.slack.rendering import blocks
from chatops.application.lifecycle.declare import DeclareRequest
from chatops.application.ports.storage import Search, Storage, UnitOfWork
from chatops.application.use_cases import UseCases, open_use_cases
from chatops.clock import MovableClock
from chatops.commands.catalogue import BOARD
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import Entry
from chatops.domain.messages.posts import Button, Post
from chatops.domain.services import Service
from chatops.domain.team import Team
from chatops.playground.serving import ThreadedServer
from chatops.playground.slack.double import Slack, SlackServer
from chatops.playground.slack.installation import (
    Installation,
    InstalledShortcut,
    InstalledShortcutKind,
    SlashCommand,
)
from chatops.playground.slack.simulated_user.inputs import Typed
from chatops.playground.workspace.model import Message, View
from chatops.playground.workspace.seed import seeded
from chatops.playground.workspace.state import Workspace
from tests.machine import PATIENCE
from tests.outside import nobody_outside

TEMPLATES = Path(__file__).parents[3] / "templates"
COMMANDS = ("/incident", "/hotfix")


class Watched(ThreadPoolExecutor):
    """Runs listeners, and knows when all of them are done."""

    def __init__(self) -> None:
        super().__init__(max_workers=8)
        self._futures: list[Future[Any]] = []

    def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(*args, **kwargs)
        self._futures.append(future)
        return future

    def settle(self) -> None:
        """Wait for everything, also for what was begun by what we waited for."""
        waited = 0
        while waited < len(self._futures):
            waited = len(self._futures)
            wait(self._futures[:waited], timeout=PATIENCE)


class GatedStore:
    """A store whose transactions can be made to wait."""

    def __init__(self, storage: Storage) -> None:
        self._store = storage
        self.before: Callable[[], object] = lambda: None

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        self.before()
        with self._store.reading() as work:
            yield work

    @contextmanager
    def writing(self) -> Iterator[UnitOfWork]:
        self.before()
        with self._store.writing() as work:
            yield work


@dataclass(kw_only=True)
class Bench:
    """A workspace with the bot in it."""

    slack: Slack
    use_cases: UseCases
    storage: "GatedStore"
    clock: MovableClock
    executor: Watched
    app: App
    url: str

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspace

    @property
    def team(self) -> str:
        return self.workspace.team.id

    def id_of(self, handle: str) -> str:
        person = self.workspace.people_store.handled(handle)
        assert person is not None
        return person.id

    def channel(self, name: str) -> str:
        return self.workspace.channel_named(name).id

    def is_quiet(self) -> None:
        """Wait until every event was brought and every listener is done."""
        assert self.slack.dispatcher.wait_until_idle(PATIENCE)
        self.executor.settle()

    def types(self, handle: str, text: str, channel: str = "incidents") -> None:
        outcome = self.slack.users.types(handle, channel, text)
        assert outcome.ok, outcome
        self.executor.settle()

    def chooses(self, handle: str, action_id: str, value: Any) -> None:
        """Choose something in the top form, without handing it in."""
        outcome = self.slack.users.clicks_in_view(handle, action_id, value)
        assert outcome.ok, outcome
        self.executor.settle()

    def presses_in_form(self, handle: str, label: str, *, home: bool = False) -> None:
        """Press a button in the top form, or in App Home."""
        view = self.workspace.home(self.id_of(handle)) if home else self.sees(handle)
        assert view is not None
        for block, element in buttons(view.blocks):
            if element["text"]["text"] == label:
                outcome = self.slack.users.clicks_in_view(
                    handle, element["action_id"], block_id=block, home=home
                )
                assert outcome.ok, outcome
                self.executor.settle()
                return
        raise AssertionError(label)

    def calls(self, *methods: str) -> list[str]:
        """What was asked of Slack, in order."""
        return [one.method for one in self.slack.call_log.calls(*methods)]

    def sees(self, handle: str) -> View:
        """The modal that somebody looks at."""
        modal = self.workspace.modal(self.id_of(handle))
        assert modal is not None, self.whispers(handle)
        return modal

    def sees_no_form(self, handle: str) -> bool:
        return self.workspace.modal(self.id_of(handle)) is None

    def hands_in(self, handle: str, **values: Any) -> dict[str, str]:
        """Hand the top form in, and wait no longer than Slack does; returns errors at fields."""
        outcome = self.slack.users.submits(handle, cast("Typed", values))
        assert outcome.problem is None, outcome
        return dict(outcome.errors)

    def submits(self, handle: str, **values: Any) -> dict[str, str]:
        """Hand the top form in; returns the errors at its fields."""
        errors = self.hands_in(handle, **values)
        self.executor.settle()
        return errors

    def whispers(self, handle: str, channel: str = "incidents") -> list[Message]:
        """What somebody alone was told in a channel."""
        user, room = self.id_of(handle), self.channel(channel)
        return [one for one in self.workspace.messages(room, user) if one.ephemeral_for == user]

    def told(self, handle: str, channel: str = "incidents") -> str:
        """The last thing that somebody alone was told, as it reads."""
        whispers = self.whispers(handle, channel)
        return shown(whispers[-1].blocks) if whispers else ""

    def posts(self, channel: str, *buttons: Button, more: tuple[Button, ...] = ()) -> None:
        """A message of the bot with these buttons."""
        post = Post(headline="Press", text="Press", buttons=buttons, more=more)
        elements = blocks.as_json(blocks.message(post))
        shaped = [{**each, "block_id": f"b{index}"} for index, each in enumerate(elements)]
        bot = self.workspace.bot
        self.workspace.message_store.post(
            Message(
                channel=self.channel(channel),
                ts="",
                author=bot.id,
                bot_id=bot.bot_id,
                text="Press",
                blocks=tuple(shaped),
            )
        )

    def presses(
        self, handle: str, label: str, channel: str = "incidents", value: str | None = None
    ) -> None:
        """Press the newest button of that label that somebody sees in a channel."""
        user, room = self.id_of(handle), self.channel(channel)
        for message in reversed(self.workspace.messages(room, user)):
            for block, element in buttons(message.blocks):
                if element.get("text", {}).get("text") == label:
                    outcome = self.slack.users.clicks(
                        handle, channel, message.ts, element["action_id"], value, block_id=block
                    )
                    assert outcome.ok, outcome
                    self.executor.settle()
                    return
        raise AssertionError(label)

    def incidents(self) -> tuple[Incident, ...]:
        with self.storage.reading() as work:
            found = work.incidents.find(Search(team=self.team, everything=True))
            return tuple(reversed(found))

    def timeline(self, incident: int) -> tuple[Entry, ...]:
        with self.storage.reading() as work:
            return tuple(work.timeline.of(incident))

    def declared(self, handle: str = "sam", **facts: Any) -> Incident:
        """An incident that has its channel, as if the effects were done."""
        request = DeclareRequest(
            **{
                "team": self.team,
                "user": self.id_of(handle),
                "now": self.clock.now(),
                "title": "Checkout is down",
                "severity": "P1",
                "similar_seen": True,
                **facts,
            }
        )
        incident = self.use_cases.declare(request).incident
        assert incident is not None
        room = self.workspace.channel_store.create(
            name=incident.channel_name, creator=self.workspace.bot.id, private=incident.private
        )
        self.workspace.channel_store.join(room.id, request.user)
        self.is_quiet()
        with self.storage.writing() as work:
            return work.incidents.save(replace(work.incidents.get(incident.id), channel=room.id))

    def again(self, incident: Incident) -> Incident:
        """The incident as it is now."""
        with self.storage.reading() as work:
            return work.incidents.get(incident.id)


def shown(blocks: Any) -> str:
    """Every text in blocks, in order."""
    texts: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("text"), str):
                texts.append(value["text"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                walk(inner)

    walk(blocks)
    return "\n".join(texts)


def buttons(blocks: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every button in blocks, with the id of its block."""
    for block in blocks:
        elements = [*block.get("elements", ()), *filter(None, (block.get("accessory"),))]
        for element in elements:
            if element.get("type") == "button":
                yield block["block_id"], element


def installation() -> Installation:
    scopes = {*bot_scopes(), "commands", *(scope for each in EVENTS.values() for scope in each)}
    return Installation(
        scopes=frozenset(scopes),
        commands=tuple(SlashCommand(name=name) for name in COMMANDS),
        shortcuts=tuple(
            InstalledShortcut(
                callback_id=one.callback, name=one.name, kind=InstalledShortcutKind(one.kind.value)
            )
            for one in SHORTCUTS
        ),
        events=frozenset(EVENTS),
    )


def team_of(workspace: Workspace) -> Team:
    def people(*handles: str) -> tuple[str, ...]:
        return tuple(one.id for one in workspace.people if one.handle in handles)

    return Team(
        audiences={
            "oncall": people("tom"),
            "engineering_lead": people("lena"),
            "stakeholders": people("ines"),
            "nobody_yet": (),
        },
        services={name: Service(name=name) for name in ("checkout", "search")},
    )


@contextmanager
def bench(
    storage: Storage,
    clock: MovableClock,
    *,
    secret: str | None = None,
    patience: float = PATIENCE,
    staffed: Callable[[UseCases], UseCases] = lambda use_cases: use_cases,
    book: str = "priority",
    **settings: Any,
) -> Iterator[Bench]:
    """The bot on a bench, with the playbook ``book``.

    ``staffed`` puts somebody else behind a part of the desk.
    """
    gated = GatedStore(storage)
    workspace = seeded(clock)
    slack = Slack(workspace, installation(), patience=PATIENCE)
    slack.faults.honest_limits()
    executor = Watched()
    with SlackServer(slack) as server:
        api = SlackWebApi(
            connect(token=slack.installation.bot_token, url=server.api_url),
            limits=Limits(),
            clock=clock,
        )
        people = SlackPeople(api, clock)
        use_cases = open_use_cases(
            storage=gated,
            playbooks=PlaybookRepository(TEMPLATES / book, templates=TEMPLATES),
            team=replace(team_of(workspace), **settings),
            people=people,
            outside=nobody_outside(),
            board=BOARD,
            committed=lambda: None,
        )
        use_cases = staffed(use_cases)
        app = build_app(
            use_cases=use_cases,
            clock=clock,
            people=people,
            voice=SlackMessages(api, clock),
            api=api,
            token=slack.installation.bot_token,
            base_url=server.api_url,
            signing_secret=slack.installation.signing_secret if secret is None else secret,
            executor=executor,
            patience=patience,
        )
        routes = [Route("/slack/events", slack_endpoint(app), methods=["POST"])]
        with ThreadedServer() as bot:
            bot.start(Starlette(routes=routes))
            slack.bot_is_at(f"{bot.url}/slack/events")
            yield Bench(
                slack=slack,
                use_cases=use_cases,
                storage=gated,
                clock=clock,
                executor=executor,
                app=app,
                url=f"{bot.url}/slack/events",
            )
    executor.shutdown()
