"""The mistakes that people can make with drills."""

from collections.abc import Sequence
from difflib import get_close_matches

from chatops.domain.errors import Mistake


class UnknownScenario(Mistake):
    """There is no scenario of that name."""

    def __init__(self, asked: str, known: Sequence[str], *, command: str = "/incident") -> None:
        close = get_close_matches(asked.casefold(), known, n=1)
        meant = f"; did you mean {close[0]}?" if close else "."
        names = ", ".join(known) or "none"
        super().__init__(
            f"There is no scenario “{asked[:40]}”{meant} There are: {names}. To declare an incident"
            f" of that title: `{command} declare drill {asked[:40]}`."
        )


class NoDrillHere(Mistake):
    """What was asked for makes sense in a drill alone."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"{reference} is no drill, so nothing was done. Drills: `/incident drill list`."
        )


class WhichDrill(Mistake):
    """Several drills run, or none, and none was named."""

    def __init__(self, running: Sequence[str]) -> None:
        if running:
            super().__init__(
                f"Several drills run ({', '.join(running)}). Ask in the channel of the one that"
                f" you mean, or name it: `/incident drill stop {running[0]}`."
            )
        else:
            super().__init__("No drill runs now. To play one: `/incident drill`.")


class DrillOver(Mistake):
    """A drill that is over stays so."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"{reference} was a drill and is over. Play another: `/incident drill`. What came of"
            f" it: `/incident drill debrief {reference}`."
        )


class DrillPaused(Mistake):
    """It stands still already, or it does not."""

    def __init__(self, *, paused: bool) -> None:
        super().__init__(
            "The drill is paused already. To go on: `/incident drill continue`."
            if paused
            else "The drill is not paused; its events come by themselves."
        )


class NotInADrill(Mistake):
    """A hotfix would change what is real."""

    def __init__(self) -> None:
        super().__init__(
            "This is a drill: nothing real is touched, so there is no hotfix. Say what you would"
            " do, and why: `/incident decide roll back because …`."
        )


class RealIncidentFirst(Mistake):
    """Drills wait while an incident is fought."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"{reference or 'An incident'} is running, and real incidents come first. Start the"
            " drill when it is resolved, or give it a time in the form: `/incident drill`."
        )


class BadPace(Mistake):
    """There is no such pace."""

    def __init__(self, asked: int) -> None:
        super().__init__(f"{asked}x is no pace. Take 1x, 2x or 4x.")
