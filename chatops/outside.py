"""Puts together what a hotfix needs besides the chat: repositories, forges, running services."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from chatops.access import GithubAccess, GithubApp
from chatops.adapters.git.jobs.service import GitRepositories
from chatops.adapters.github.access import GitCredentials, GithubForges, GithubTrackers
from chatops.adapters.operations.adapter import ServiceOperations
from chatops.application.ports.external import ExternalSystems
from chatops.application.ports.git import Credential
from chatops.clock import Clock
from chatops.domain.team import Team
from chatops.settings import Settings, environment

if TYPE_CHECKING:
    from chatops.adapters.github.client import GithubClientFactory


def open_outside(settings: Settings, team: Team, clock: Clock) -> ExternalSystems:
    """Wire the adapters as the environment says; nothing is asked of anybody yet.

    Raises:
        BrokenSettings: the way into a forge is told by halves.
    """
    login = settings.git_login()
    password = login and login.password.get_secret_value()
    return connected(
        team,
        data=settings.data_dir / "git",
        environ=environment(),
        secrets=settings.secrets,
        github=_github_clients(settings.github(), clock),
        plain=Credential(username=login.username, secret=password) if login and password else None,
    )


def connected(
    team: Team,
    *,
    data: Path,
    environ: Mapping[str, str],
    secrets: tuple[str, ...] = (),
    github: "GithubClientFactory | None" = None,
    plain: Credential | None = None,
) -> ExternalSystems:
    """The adapters over a folder for mirrors and an environment for commands.

    ``github`` is the way into GitHub, ``plain`` the login for other git servers.
    """
    credentials = GitCredentials(github, plain)
    repositories = GitRepositories(data=data, hands=team.git, credentials=credentials.of)
    return ExternalSystems(
        repositories=repositories,
        forges=GithubForges(github),
        trackers=GithubTrackers(github),
        operations=ServiceOperations(environ, secrets=secrets),
        tidy=lambda: repositories.tidy(team.coded.values()),
    )


def _github_clients(access: GithubAccess | None, clock: Clock) -> "GithubClientFactory | None":
    if access is None:
        return None
    from chatops.adapters.github.client import (  # noqa: PLC0415 - PyGithub is large
        AppKey,
        GithubClientFactory,
    )

    key = access.key
    if not isinstance(key, GithubApp):
        return GithubClientFactory(url=access.api_url, key=key.get_secret_value(), clock=clock)
    private = key.private_key.get_secret_value()
    app = AppKey(app=key.app, installation=key.installation, private_key=private)
    return GithubClientFactory(url=access.api_url, key=app, clock=clock)
