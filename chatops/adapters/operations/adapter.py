"""The port to running services: commands on this machine, checks over HTTP."""

from collections.abc import Callable, Iterable, Mapping
from ssl import SSLContext
from threading import Event
from urllib.parse import quote

from chatops.adapters.operations.http_checks import HttpClient, NoAnswer, Resolve, judge
from chatops.adapters.operations.output import Folding, Output
from chatops.adapters.operations.run_command import (
    Patience,
    prepared,
    run_to_end,
    secret_values,
    shown,
)
from chatops.application.ports.external import Ran, Reading
from chatops.domain.git.redaction import Redactor
from chatops.domain.services import Check, Command, Service, UnusableFact, fill


class Checks:
    """Asks running services over HTTP. A service that fails is a reading, never an error."""

    def __init__(
        self,
        *,
        secrets: Iterable[str] = (),
        resolve: Resolve | None = None,
        trust: SSLContext | None = None,
    ) -> None:
        self._redact = Redactor(secrets)
        self._asker = HttpClient(resolve=resolve, trust=trust)

    def look(
        self, service: Service, check: Check, values: Mapping[str, str], *, first: float | None
    ) -> Reading:
        """Ask once.

        What must fall is not good at the first reading, unless it is nought: one number alone
        shows no fall.
        """
        try:
            url = fill(check.url, values, spell=_quoted)
            wanted = None if check.equals is None else fill(check.equals, values)
            answer = self._asker.get(
                url,
                seconds=check.timeout.total_seconds(),
                internal=service.internal,
                final=check.status,
            )
        except UnusableFact as error:
            return Reading(good=False, said=f"not asked: {error}")
        except NoAnswer as error:
            return Reading(good=False, said=self._redact(str(error)))
        reading = judge(check, answer, wanted=wanted, first=first)
        return Reading(good=reading.good, said=self._redact(reading.said), value=reading.value)


def _quoted(value: str) -> str:
    return quote(value, safe="")


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
