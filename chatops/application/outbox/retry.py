"""Tries again what was given up."""

from dataclasses import replace

from chatops.application.session import Request, Sessions
from chatops.domain.messages.posts import Post


class Retry:
    """Puts back what was given up of an incident."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: Request) -> Post:
        """Try everything again, each thing in its lane.

        Raises:
            UnknownIncident
        """
        with self._sessions.begin(request) as session:
            failed = session.work.outbox.failed(session.incident.id)
            for effect in failed:
                # What fails once more is told once more.
                marked = replace(effect, result={"tried_again": f"v{session.version}"})
                session.work.outbox.complete(
                    marked.again(at=session.now, error="", doubtful=effect.doubtful)
                )
            return session.answer("retry_answer", number=len(failed))
