"""Takes a post-mortem to where others read it: a file, a canvas, the docs repository."""

from typing import assert_never

from chatops.domain.messages.effects import MakeCanvas, PublishDocs, ShareFile
from chatops.domain.messages.posts import Post
from chatops.domain.postmortem.model import Export, NoDocs, Restricted
from chatops.usecases.post_mortem.recording import Drawer, Drawn, held
from chatops.usecases.post_mortem.requests import ExportRequest
from chatops.usecases.turn import Request, Turn
from chatops.usecases.turns import Turns


class ExportPostMortem:
    """Have it taken out; what comes of it is told in the incident's channel."""

    def __init__(self, turns: Turns, drawer: Drawer) -> None:
        self._turns = turns
        self._drawer = drawer

    def __call__(self, request: ExportRequest) -> Post:
        """Ask for it.

        Raises:
            UnknownIncident, NoDocs, Restricted
        """
        drawn = self._drawer.drawn(request)
        with self._turns.turn(request) as turn:
            match request.place:
                case Export.FILE:
                    share_text(turn, drawn)
                case Export.CANVAS:
                    act = MakeCanvas(incident=turn.incident.id)
                    turn.do(f"canvas:{turn.version}", turn.room.lane, act)
                case Export.DOCS:
                    _publish(turn)
                case _ as never:
                    assert_never(never)
            return turn.answer("post_mortem_export_answer", place=request.place.value)


class ShowPostMortem:
    """Show it where it was asked for: in the incident's channel, as a file."""

    def __init__(self, turns: Turns, drawer: Drawer) -> None:
        self._turns = turns
        self._drawer = drawer

    def __call__(self, request: Request) -> Post:
        """Share the text as it is now. Raises UnknownIncident."""
        drawn = self._drawer.drawn(request)
        with self._turns.turn(request) as turn:
            share_text(turn, drawn)
            return turn.answer("post_mortem_export_answer", place=Export.FILE.value)


def share_text(turn: Turn, drawn: Drawn) -> None:
    """Share the text in the incident's channel, below the board."""
    act = ShareFile(
        to=turn.room,
        name=f"{turn.incident.reference}-post-mortem-{turn.version}.md",
        title=f"Post-mortem {turn.incident.reference}",
        content=drawn.text,
        post=turn.post("post_mortem_file", by=turn.actor),
    )
    turn.do(f"post_mortem_file:{turn.version}", turn.room.lane, act)


def _publish(turn: Turn) -> None:
    docs = turn.team.docs
    if docs is None:
        raise NoDocs
    if turn.incident.private:
        raise Restricted(turn.incident.reference)
    act = PublishDocs(incident=turn.incident.id, version=held(turn).version)
    turn.do(f"docs:{turn.version}", f"repo:{docs.service}", act)
