"""The bot's way into GitHub: which services are there, and what stands for it where there is none.

PyGithub is large, so what speaks with it is loaded where there is a way in, and not before.
"""

from importlib import import_module
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

    def __init__(self, door: "GithubClientFactory | None") -> None:
        self._forge: Forge | None = None
        if door is not None:
            self._forge = import_module("chatops.adapters.github.forge").GithubForge(door)

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

    def __init__(self, door: "GithubClientFactory | None") -> None:
        self._issues: Tracker | None = None
        if door is not None:
            self._issues = import_module("chatops.adapters.github.issues").GithubIssues(door)

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

    def __init__(self, door: "GithubClientFactory | None", plain: Credential | None) -> None:
        self._door = door
        self._plain = plain

    def of(self, service: Service) -> Credential | None:
        """GitHub's token for GitHub's host alone, and the plain login for every other.

        Raises:
            ExternalBusy, ExternalRefused: an app could not get itself a token.
        """
        if not service.repository.startswith(("https://", "http://")):
            return None
        if self._door is not None and address_of(service.repository).host == self._door.host:
            return Credential(username=_TOKEN_USER, secret=self._door.token())
        return self._plain
