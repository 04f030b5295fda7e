"""Says which incidents are meant; whoever searches finds only what the viewer may see."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which incidents are meant; only what ``viewer`` may see is ever found.

    ``viewer`` none is the public, ``everything`` is the bot itself, which alone may look into
    every ``team`` (none). Newest first; ``before`` is the id where the page before ended.
    ``words`` stand in the title or in the reference, in whatever case. ``drills`` says whether
    drills alone are meant, or (false) none of them.
    """

    team: str | None
    viewer: str | None = None
    everything: bool = False
    running_only: bool = False
    not_closed: bool = False
    closed_only: bool = False
    involving: str | None = None
    reference: str | None = None
    severity: str | None = None
    words: str | None = None
    before: int | None = None
    drills: bool | None = None
    limit: int = 20

    def __post_init__(self) -> None:
        if self.team is None and not self.everything:
            message = "only the bot itself looks into every team"
            raise ValueError(message)
