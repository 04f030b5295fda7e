"""What a forge tells us of by itself, so that we need not wait until we look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chatops.application.hotfix.monitoring import BESIDE
from chatops.application.session import Sessions, take_once
from chatops.domain.git.urls import same_repository
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.messages.effects import Effect, PollForge
from chatops.domain.services import project_of


class ForgeEventKind(StrEnum):
    """What sort of thing happened."""

    PUSH = "push"
    PULL_REQUEST = "pull_request"
    REVIEW = "review"
    CHECKS = "checks"
    DEPLOYMENT = "deployment"
    RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgeEvent:
    """What a forge says happened: a reason to look, never what is believed.

    ``repository`` is its ``owner/name`` there, ``urls`` are the addresses that it is cloned from.
    ``branch`` and ``sha`` are empty where it is about none, or about a fork's; ``number`` is that
    of the pull request. ``delivery`` names this very message.
    """

    repository: str
    urls: tuple[str, ...]
    branch: str
    sha: str
    kind: ForgeEventKind
    number: int | None
    delivery: str


#: Takes what happened; notes its ``delivery`` in the transaction that acts on it (``take_once``)
#: and raises Repeated where it is noted already.
Heard = Callable[[ForgeEvent, datetime], None]


#: So many hotfixes may run or owe a backport at a time.
_MOST = 500


class TakeForgeEvent:
    """Takes news of a repository: what is said there is believed only after looking."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, happening: ForgeEvent, now: datetime) -> None:
        """Have every hotfix of that repository looked at.

        Raises:
            Repeated: this very message has been taken before.
        """
        with self._sessions.writing() as work:
            take_once(work, happening.delivery, now)
            concerned = [
                hotfix
                for hotfix in work.hotfixes.find_open(limit=_MOST)
                if self._is_of(hotfix, happening)
            ]
            for hotfix in concerned:
                work.outbox.add(_look(hotfix, happening, now))

    def _is_of(self, hotfix: Hotfix, happening: ForgeEvent) -> bool:
        service = self._sessions.team.services.get(hotfix.service)
        if service is None:
            return False
        named = project_of(service).casefold() == happening.repository.casefold()
        urls = (same_repository(service.repository, url) for url in happening.urls)
        return named or any(urls)


def _look(hotfix: Hotfix, happening: ForgeEvent, now: datetime) -> Effect:
    return Effect(
        key=f"{hotfix.incident}:hotfix:{hotfix.number}:heard:{happening.delivery}",
        lane=f"heard:{hotfix.id}",
        act=PollForge(hotfix=hotfix.id, round=BESIDE),
        made_at=now,
        not_before=now,
        incident=hotfix.incident,
    )
