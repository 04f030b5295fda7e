"""An outside for tests that are about something else: nothing of it answers."""

from typing import Any

from chatops.application.ports.external import ExternalBusy, ExternalSystems
from chatops.domain.services import Service


class _Away:
    """A repository or a server that cannot be reached."""

    def __getattr__(self, name: str) -> Any:
        def refuse(*_args: Any, **_named: Any) -> Any:
            why = f"the outside is away ({name})"
            raise ExternalBusy(why)

        return refuse


class _NoOperations(_Away):
    """Servers that are away; what does not run is stopped at once."""

    def stop(self) -> None:
        pass


class _NoForges:
    def of(self, service: Service) -> None:
        del service


def nobody_outside() -> ExternalSystems:
    """Repositories and servers that are away."""
    away: Any = _Away()
    operations: Any = _NoOperations()
    return ExternalSystems(repositories=away, forges=_NoForges(), operations=operations)
