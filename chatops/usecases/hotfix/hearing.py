"""Hears from forges that something happened, and has it looked at now rather than later."""

from datetime import datetime

from chatops.domain.git.urls import same_repository
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.messages.effects import Effect, LookOut
from chatops.domain.services import project_of
from chatops.usecases.hotfix.happenings import Happening
from chatops.usecases.hotfix.lookout import BESIDE
from chatops.usecases.turns import Turns, take_once

#: So many hotfixes may run or owe a backport at a time.
_MOST = 500


class HearHappening:
    """Takes news of a repository: what is said there is believed only after looking."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def __call__(self, happening: Happening, now: datetime) -> None:
        """Have every hotfix of that repository looked at.

        Raises:
            Repeated: this very message has been taken before.
        """
        with self._turns.writing() as work:
            take_once(work, happening.delivery, now)
            concerned = [
                hotfix
                for hotfix in work.hotfixes.find_open(limit=_MOST)
                if self._is_of(hotfix, happening)
            ]
            for hotfix in concerned:
                work.outbox.add(_look(hotfix, happening, now))

    def _is_of(self, hotfix: Hotfix, happening: Happening) -> bool:
        service = self._turns.team.services.get(hotfix.service)
        if service is None:
            return False
        named = project_of(service).casefold() == happening.repository.casefold()
        urls = (same_repository(service.repository, url) for url in happening.urls)
        return named or any(urls)


def _look(hotfix: Hotfix, happening: Happening, now: datetime) -> Effect:
    return Effect(
        key=f"{hotfix.incident}:hotfix:{hotfix.number}:heard:{happening.delivery}",
        lane=f"heard:{hotfix.id}",
        act=LookOut(hotfix=hotfix.id, round=BESIDE),
        made_at=now,
        not_before=now,
        incident=hotfix.incident,
    )
