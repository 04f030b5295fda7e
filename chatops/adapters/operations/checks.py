"""Looks at running services: asks what a check asks, and says what came back."""

from collections.abc import Iterable, Mapping
from ssl import SSLContext
from urllib.parse import quote

from chatops.adapters.operations.addresses import Resolve
from chatops.adapters.operations.asking import Asker, NoAnswer
from chatops.adapters.operations.judging import judge
from chatops.application.ports.external import Reading
from chatops.domain.git.redaction import Redactor
from chatops.domain.services import Check, Service, UnusableFact, fill


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
        self._asker = Asker(resolve=resolve, trust=trust)

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
