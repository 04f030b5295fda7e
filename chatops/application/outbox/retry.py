"""Tries again what was given up."""

from dataclasses import replace

from chatops.application.session import Request, Sessions
from chatops.domain.messages.posts import Post


class Retry:
    """Puts back what was given up of an incident."""

    def __init__(self, turns: Sessions) -> None:
        self._turns = turns

    def __call__(self, request: Request) -> Post:
        """Try everything again, each thing in its lane.

        Raises:
            UnknownIncident
        """
        with self._turns.turn(request) as turn:
            failed = turn.work.outbox.failed(turn.incident.id)
            for effect in failed:
                # What fails once more is told once more.
                marked = replace(effect, result={"tried_again": f"v{turn.version}"})
                turn.work.outbox.settle(
                    marked.again(at=turn.now, error="", doubtful=effect.doubtful)
                )
            return turn.answer("retry_answer", number=len(failed))
