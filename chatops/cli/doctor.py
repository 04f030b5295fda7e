"""`chatops doctor`: what is wrong, and how to mend it."""

from rich.console import Console

from chatops.clock import SystemClock
from chatops.doctor.examination import examine


def doctor_command() -> None:
    """Check everything the bot needs, and say how to mend what is wrong."""
    raise SystemExit(examine(None, clock=SystemClock(), console=Console()))
