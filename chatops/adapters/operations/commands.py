"""Runs the commands of services, and shows them beforehand."""

from collections.abc import Callable, Iterable, Mapping
from threading import Event

from chatops.adapters.operations.launching import prepared, secret_values, shown
from chatops.adapters.operations.output import Folding, Output
from chatops.adapters.operations.running import Patience, run_to_end
from chatops.application.ports.external import Ran
from chatops.domain.git.redaction import Redactor
from chatops.domain.services import Command


class Commands:
    """Runs commands on this machine.

    ``environ`` is where ``PATH`` and the variables that ``command.secrets`` names come from; a
    command gets nothing else of it. ``secrets`` are hidden wherever they turn up.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        secrets: Iterable[str] = (),
        patience: Patience | None = None,
        folding: Folding | None = None,
    ) -> None:
        self._environ = environ
        self._secrets = tuple(secrets)
        self._patience = patience or Patience()
        self._folding = folding
        self._stop = Event()

    def stop(self) -> None:
        """End what runs, with all that it started, and start nothing more."""
        self._stop.set()

    def show(self, command: Command, values: Mapping[str, str]) -> str:
        return self._redactor(command)(shown(command, values))

    def run(
        self, command: Command, values: Mapping[str, str], *, tell: Callable[[str], None]
    ) -> Ran:
        output = Output(tell, self._redactor(command), self._folding)
        with prepared(command, values, self._environ) as launch:
            ended = run_to_end(
                launch, output, timeout=command.timeout, patience=self._patience, stop=self._stop
            )
        return Ran(code=ended.code, output=output.finish(), took=ended.took)

    def _redactor(self, command: Command) -> Redactor:
        return Redactor([*self._secrets, *secret_values(command, self._environ)])
