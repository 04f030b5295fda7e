"""Opens the use cases for a terminal, beside a bot that may be running on the same database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.playbooks.scenarios import ScenarioRepository
from chatops.adapters.slack.api.people import Identity, SlackPeople
from chatops.adapters.slack.api.web_api import Limits, SlackWebApi, connect
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.errors import StorageNotSetUp, shown
from chatops.adapters.storage.migrate import current_revision, head_revision, upgrade
from chatops.adapters.storage.store import SqlStorage
from chatops.application.ports.chat import ChatError, FindWorkspace, Profile
from chatops.application.ports.external import ExternalSystems
from chatops.application.use_cases import UseCases, open_use_cases
from chatops.bootstrap import open_playbooks, open_team
from chatops.clock import Clock
from chatops.commands.catalogue import BOARD
from chatops.domain.messages.templates import OutputFormat
from chatops.domain.team import Team
from chatops.outside import open_outside
from chatops.settings import Settings

#: Seconds that a terminal waits for Slack, which is probably down when one is used.
_PATIENCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """The use cases for a terminal; outward acts that are asked for there a running bot does."""

    use_cases: UseCases
    workspace: FindWorkspace

    def zone_of(self, user: str) -> str:
        """The playbook's time zone: a terminal knows nobody's own."""
        del user
        return self.use_cases.look.policy().zone


@contextmanager
def open_shell(settings: Settings, clock: Clock) -> Iterator[Shell]:
    """Open the use cases beside a bot that may be running; nothing is asked of Slack yet.

    Raises:
        BrokenConfig, MissingConfig, UnknownPlaybook, BrokenPlaybook, StorageUnavailable
    """
    team = open_team(settings)
    playbooks = open_playbooks(team, near=settings.config, site=settings.public_url)
    engine = open_engine(settings.database)
    try:
        _must_be_at_head(engine)
        api, outside = _api(settings, clock), open_outside(settings, team, clock)
        yield _shell(SqlStorage(engine), playbooks, team, api, outside, clock)
    finally:
        engine.dispose()


def _must_be_at_head(engine: Engine) -> None:
    """Make new tables; older ones may be in use by a bot of the release that they belong to."""
    current = current_revision(engine)
    if current not in {None, head_revision()}:
        raise StorageNotSetUp(shown(engine.url), f"at revision {current}")
    if current is None:
        upgrade(engine)


def _api(settings: Settings, clock: Clock) -> SlackWebApi | None:
    """The way to Slack, where there is a token; it may be down, so it is given little time."""
    token = settings.slack_bot_token
    if token is None:
        return None
    client = connect(token=token.get_secret_value(), url=settings.slack_api_url, timeout=_PATIENCE)
    return SlackWebApi(client, limits=Limits(), clock=clock)


def _shell(
    storage: SqlStorage,
    playbooks: PlaybookRepository,
    team: Team,
    api: SlackWebApi | None,
    outside: ExternalSystems,
    clock: Clock,
) -> Shell:
    use_cases = open_use_cases(
        storage=storage,
        playbooks=playbooks,
        team=team,
        people=_Members(SlackPeople(api, clock) if api else None),
        outside=outside,
        committed=lambda: None,
        board=BOARD,
        output=OutputFormat.PLAIN,
        scenarios=ScenarioRepository(team.drills.folder),
    )
    identity = Identity(api) if api else None
    ask = (lambda: identity.account().team) if identity else None
    return Shell(use_cases=use_cases, workspace=FindWorkspace(storage, ask))


class _Members:
    """Asks Slack who people are, until it fails: then a group stands for its people.

    The running bot finds out who they are when it invites or writes to them.
    """

    def __init__(self, people: SlackPeople | None) -> None:
        self._people = people

    def profile(self, user: str) -> Profile | None:
        if self._people is not None:
            try:
                return self._people.profile(user)
            except ChatError:
                self._people = None
        return None

    def group(self, group: str) -> Sequence[str]:
        if self._people is not None:
            try:
                return self._people.group(group)
            except ChatError:
                self._people = None
        return (group,)
