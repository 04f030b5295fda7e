"""The bot's way into GitHub: which services are there, and what stands for it where there is none.

PyGithub is large, so what speaks with it is loaded where there is a way in, and not before.
"""

from typing import TYPE_CHECKING, Final

from chatops.application.ports.external import ExternalRefused, Forge
from chatops.application.ports.git import Credential
from chatops.application.ports.tracker import Tracker
from chatops.domain.services import ForgeKind, Service, address_of

if TYPE_CHECKING:
    from chatops.adapters.github.client import GithubClientFactory


#: The user name that GitHub wants to see beside a token.
_TOKEN_USER: Final = "x-access-token"  # noqa: S105 - a name, not a secret


class NoAccess(ExternalRefused):
    """A service is on GitHub, and the bot has no way into it."""

    def __init__(self, service: Service) -> None:
        super().__init__(
            f"{service.name} is on GitHub, and the bot has no token for it: set GITHUB_TOKEN, or "
            "the variables of a GitHub App, and start the bot again."
        )


class NoWay(ExternalRefused):
    """The tracker is on GitHub, and the bot has no way into it."""

    def __init__(self) -> None:
        super().__init__(
            "the bot has no token for GitHub's issues: set GITHUB_TOKEN, or the variables of a "
            "GitHub App, and start the bot again"
        )


class GithubForges:
    """The forges of services: GitHub, where a service is on it."""

    def __init__(self, clients: "GithubClientFactory | None") -> None:
        self._forge: Forge | None = None
        if clients is not None:
            from chatops.adapters.github.forge import (  # noqa: PLC0415 - PyGithub is large
                GithubForge,
            )

            self._forge = GithubForge(clients)

    def of(self, service: Service) -> Forge | None:
        """GitHub, or none on a plain git server.

        Raises:
            ExternalRefused: it is on GitHub, and the bot has no way in.
        """
        if service.forge is not ForgeKind.GITHUB:
            return None
        if self._forge is None:
            raise NoAccess(service)
        return self._forge


class GithubTrackers:
    """The trackers of services: GitHub's issues, where a service is on it."""

    def __init__(self, clients: "GithubClientFactory | None") -> None:
        self._issues: Tracker | None = None
        if clients is not None:
            from chatops.adapters.github.issues import (  # noqa: PLC0415 - PyGithub is large
                GithubIssues,
            )

            self._issues = GithubIssues(clients)

    def of(self, service: Service) -> Tracker | None:
        """GitHub's issues, or none on a plain git server.

        Raises:
            ExternalRefused: it is on GitHub, and the bot has no way in.
        """
        if service.forge is not ForgeKind.GITHUB:
            return None
        if self._issues is None:
            raise NoWay
        return self._issues


class GitCredentials:
    """What a service's remote wants to see over https, at the moment it is needed."""

    def __init__(self, clients: "GithubClientFactory | None", plain: Credential | None) -> None:
        self._clients = clients
        self._plain = plain

    def of(self, service: Service) -> Credential | None:
        """GitHub's token for GitHub's host alone, and the plain login for every other.

        Raises:
            ExternalBusy, ExternalRefused: an app could not get itself a token.
        """
        if not service.repository.startswith(("https://", "http://")):
            return None
        if self._clients and address_of(service.repository).host == self._clients.host:
            return Credential(username=_TOKEN_USER, secret=self._clients.token())
        return self._plain
