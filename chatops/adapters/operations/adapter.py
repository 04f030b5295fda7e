"""The port to running services: commands on this machine, checks over HTTP."""

from collections.abc import Callable, Iterable, Mapping
from ssl import SSLContext

from chatops.adapters.operations.addresses import Resolve
from chatops.adapters.operations.checks import Checks
from chatops.adapters.operations.commands import Commands
from chatops.adapters.operations.running import Patience
from chatops.application.ports.external import Ran, Reading
from chatops.domain.services import Check, Command, Service


class ServiceOperations:
    """What is done to, and asked of, running services.

    ``environ`` is where commands' ``PATH`` and the variables that they name come from. ``secrets``
    are hidden in everything that comes back.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        secrets: Iterable[str] = (),
        resolve: Resolve | None = None,
        trust: SSLContext | None = None,
        patience: Patience | None = None,
    ) -> None:
        hidden = tuple(secrets)
        self._commands = Commands(environ, secrets=hidden, patience=patience)
        self._checks = Checks(secrets=hidden, resolve=resolve, trust=trust)

    def show(self, command: Command, values: Mapping[str, str]) -> str:
        return self._commands.show(command, values)

    def run(
        self, command: Command, values: Mapping[str, str], *, tell: Callable[[str], None]
    ) -> Ran:
        return self._commands.run(command, values, tell=tell)

    def stop(self) -> None:
        self._commands.stop()

    def look(
        self, service: Service, check: Check, values: Mapping[str, str], *, first: float | None
    ) -> Reading:
        return self._checks.look(service, check, values, first=first)
