"""Watch windows: production is looked at after a deploy, one window after the other."""

from datetime import datetime

from chatops.domain.hotfix import Hotfix
from chatops.domain.hotfix_policy import WatchWindow
from chatops.domain.incident import Incident
from chatops.domain.manners import Manners
from chatops.domain.promises import Promise, PromiseKind


def watch_key(number: int, index: int) -> str:
    """The key of the promise to watch production for window ``index`` after hotfix ``number``."""
    return f"watch:{number}:{index}"


def watch_promise(
    hotfix: Hotfix,
    index: int,
    window: WatchWindow,
    *,
    incident: Incident,
    manners: Manners,
    since: datetime,
) -> Promise:
    """The promise that the engineer watches production for a window that begins ``since``.

    It is spoken of when the least time is over, and when the longest is.
    """
    least, longest = window.lasts
    due = since + longest
    first = since + least if least < longest else due
    return Promise(
        incident=hotfix.incident,
        key=watch_key(hotfix.number, index),
        kind=PromiseKind.WATCH,
        owner=hotfix.author or hotfix.started_by,
        due_at=due,
        wake_at=manners.forward(incident, first),
        made_at=since,
        detail=f"{hotfix.number}:{index}",
        about=f"{window.title} of {hotfix.name}",
    )
