"""Puts the bot together: the one place where every part meets the others."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.playbooks.scenarios import ScenarioRepository
from chatops.adapters.scheduling.cron import CronTimetable
from chatops.adapters.scheduling.ticker import Ticker
from chatops.adapters.slack.api.channels import SlackChannelDirectory, SlackChannels
from chatops.adapters.slack.api.files import SlackFiles
from chatops.adapters.slack.api.messages import SlackMessages
from chatops.adapters.slack.api.people import Identity, SlackPeople
from chatops.adapters.slack.api.web_api import Limits, SlackWebApi, connect
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.migrate import upgrade
from chatops.adapters.storage.ownership import owned
from chatops.adapters.storage.store import SqlStorage
from chatops.adapters.web.health import PrometheusMetrics
from chatops.application.analytics.digests import SendDigests
from chatops.application.authorization import is_group
from chatops.application.delivery import Destinations, Speaker
from chatops.application.git_identity import GitIdentities
from chatops.application.hotfix.execute import StepDoer
from chatops.application.incidents.departed_owners import FindDepartedOwners
from chatops.application.outbox.dispatcher import OutboxDispatcher
from chatops.application.outbox.handlers import Chat, EffectHandlers
from chatops.application.outbox.worker import OutboxWorker
from chatops.application.ports.external import ExternalSystems
from chatops.application.ports.storage import Search
from chatops.application.postmortem.draft import Drawer
from chatops.application.postmortem.export import ExportPostMortems
from chatops.application.promises.scheduler import KeepPromises
from chatops.application.tasks.sync import TaskSync
from chatops.application.use_cases import UseCases, open_use_cases
from chatops.clock import Clock
from chatops.commands.catalogue import BOARD
from chatops.config import read_team
from chatops.domain.messages.effects import Effect
from chatops.domain.promises.model import Promise
from chatops.domain.team import Team
from chatops.settings import Settings, SlackAccess

#: How long a delivery is remembered: far longer than Slack delivers anything again.
_REMEMBERED = timedelta(days=7)
#: How late a digest may be for want of a look.
_DIGESTS = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """A bot that is put together and does nothing yet; ``running`` sets its loops going."""

    use_cases: UseCases
    engine: Engine
    playbooks: PlaybookRepository
    worker: OutboxWorker
    effects: OutboxDispatcher
    ticker: Ticker
    keep_promises: KeepPromises
    find_vacancies: FindDepartedOwners
    send_digests: SendDigests
    metrics: PrometheusMetrics
    people: SlackPeople
    voice: SlackMessages
    api: SlackWebApi
    access: SlackAccess
    outside: ExternalSystems
    clock: Clock

    @contextmanager
    def running(self) -> Iterator[None]:
        """Keep promises and do effects until the end of the block."""
        self.effects.start()
        self.ticker.start()
        self.effects.wake()
        try:
            yield
        finally:
            self.ticker.stop()
            self.effects.stop()

    def wake(self) -> None:
        """Look at promises and effects now; for a clock that has been moved."""
        self.ticker.wake()
        self.effects.wake()


def open_bot(
    *,
    engine: Engine,
    playbooks: PlaybookRepository,
    team: Team,
    access: SlackAccess,
    outside: ExternalSystems,
    clock: Clock,
) -> Bot:
    """Wire the bot; nothing is asked of Slack or the database yet."""
    storage = SqlStorage(engine)
    client = connect(token=access.bot_token.get_secret_value(), url=access.api_url)
    api = SlackWebApi(client, limits=Limits(), clock=clock)
    voice = SlackMessages(api, clock)
    identity = Identity(api)
    people = SlackPeople(api, clock)
    loop: list[OutboxDispatcher] = []
    use_cases = open_use_cases(
        storage=storage,
        playbooks=playbooks,
        team=team,
        people=people,
        outside=outside,
        committed=lambda: loop[0].wake(),  # noqa: PLW0108 - the loop comes below
        board=BOARD,
        site=playbooks.site,
        scenarios=ScenarioRepository(team.drills.folder),
    )
    chat = Chat(
        rooms=SlackChannels(api, identity, clock),
        voice=voice,
        places=SlackChannelDirectory(api),
        people=people,
    )
    metrics = PrometheusMetrics(lambda: _open_incidents(storage, identity))
    names = GitIdentities(team, people)
    acts = EffectHandlers(
        use_cases.sessions,
        chat,
        StepDoer(use_cases.sessions, outside, names),
        TaskSync(use_cases.sessions, outside.trackers, names),
        ExportPostMortems(
            use_cases.sessions,
            SlackFiles(api),
            Speaker(voice, chat.rooms),
            Destinations(use_cases.sessions, voice, chat.places),
            outside,
            Drawer(use_cases.sessions, names),
        ),
    )
    worker = OutboxWorker(use_cases.sessions, acts, clock, observe=_observer(metrics, clock))
    loop.append(OutboxDispatcher(worker, clock, interrupt=outside.operations.stop))
    keep = KeepPromises(use_cases.sessions, use_cases.directory, observe=_promise_observer(metrics))
    vacancies = FindDepartedOwners(use_cases.sessions, people, team=lambda: identity.account().team)
    digests = SendDigests(use_cases.sessions, CronTimetable(), team=lambda: identity.account().team)
    ticker = Ticker(
        clock,
        keep_promises=keep,
        look_around=lambda now: _look_around(team, people, vacancies, now),
        clean_up=lambda now: _clean_up(storage, outside, now),
    )
    ticker.also("digests", digests, every=_DIGESTS)
    return Bot(
        use_cases=use_cases,
        engine=engine,
        playbooks=playbooks,
        worker=worker,
        effects=loop[0],
        ticker=ticker,
        keep_promises=keep,
        find_vacancies=vacancies,
        send_digests=digests,
        metrics=metrics,
        people=people,
        voice=voice,
        api=api,
        access=access,
        outside=outside,
        clock=clock,
    )


def open_team(settings: Settings) -> Team:
    """The team's settings. Raises BrokenConfig, MissingConfig."""
    return read_team(settings.config, optional="config" not in settings.model_fields_set)


def open_playbooks(team: Team, *, near: Path, site: str | None = None) -> PlaybookRepository:
    """The team's playbook; a path is relative to the file ``near``, which names it.

    ``site`` is where people find the bot's own pages, if they do.

    Raises:
        UnknownPlaybook, BrokenPlaybook
    """
    folder = resolve(team.playbook, near=near)
    return PlaybookRepository(
        folder,
        command=team.incident_command,
        hotfix_command=team.hotfix_command,
        site=site or "",
    )


@contextmanager
def open_database(settings: Settings, now: datetime) -> Iterator[Engine]:
    """Open the database, bring its tables up to date and own it.

    Raises:
        StorageUnavailable
    """
    engine = open_engine(settings.database)
    try:
        with owned(engine, now, prepare=upgrade):
            yield engine
    finally:
        engine.dispose()


def _look_around(
    team: Team, people: SlackPeople, find_vacancies: FindDepartedOwners, now: datetime
) -> None:
    """Learn who is on call before it matters, and who has left."""
    named = {name for members in team.audiences.values() for name in members}
    people.refresh(sorted(filter(is_group, named)))
    find_vacancies(now)


def _clean_up(storage: SqlStorage, outside: ExternalSystems, now: datetime) -> None:
    with storage.writing() as work:
        work.deliveries.forget(now - _REMEMBERED)
    outside.tidy()


def _open_incidents(storage: SqlStorage, identity: Identity) -> Mapping[str, int]:
    search = Search(
        team=identity.account().team, everything=True, not_closed=True, drills=False, limit=10_000
    )
    with storage.reading() as work:
        return Counter(incident.severity for incident in work.incidents.find(search))


def _observer(metrics: PrometheusMetrics, clock: Clock) -> Callable[[Effect, str], None]:
    def observe(effect: Effect, outcome: str) -> None:
        metrics.effect_settled(effect.act.kind, outcome)
        if outcome == "done":
            metrics.slack_answered(clock.now())

    return observe


def _promise_observer(metrics: PrometheusMetrics) -> Callable[[Promise, datetime], None]:
    def observe(promise: Promise, now: datetime) -> None:
        metrics.promise_handled(promise.kind, now - (promise.wake_at or now))

    return observe
