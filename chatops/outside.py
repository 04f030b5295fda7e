"""Puts together what a hotfix needs besides the chat: repositories, forges, running services."""

from collections.abc import Callable, Mapping
from pathlib import Path

from chatops.domain.services import Service
from chatops.domain.team import Team
from chatops.gitops.credentials import Credential
from chatops.gitops.workshop import GitRepositories
from chatops.operations.adapter import ServiceOperations
from chatops.settings import Settings, environment
from chatops.usecases.hotfix.ports import Forge, Outside


class _PlainForges:
    """Every repository is on a plain git server."""

    def of(self, service: Service) -> Forge | None:
        del service
        return None


def open_outside(settings: Settings, team: Team) -> Outside:
    """Wire the adapters as the environment says; nothing is asked of anybody yet."""
    credential = _credential(settings)
    return connected(
        team,
        data=settings.data_dir / "git",
        environ=environment(),
        secrets=settings.secrets,
        credentials=lambda _service: credential,
    )


def connected(
    team: Team,
    *,
    data: Path,
    environ: Mapping[str, str],
    secrets: tuple[str, ...] = (),
    credentials: Callable[[Service], Credential | None] = lambda _service: None,
) -> Outside:
    """The adapters over a folder for mirrors and an environment for commands."""
    return Outside(
        repositories=GitRepositories(data=data, hands=team.git, credentials=credentials),
        forges=_PlainForges(),
        operations=ServiceOperations(environ, secrets=secrets),
    )


def _credential(settings: Settings) -> Credential | None:
    del settings
    return None
