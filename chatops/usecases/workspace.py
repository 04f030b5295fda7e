"""Knows which workspace the bot is in, also while the chat cannot say."""

from collections.abc import Callable

from chatops.domain.errors import Mistake
from chatops.usecases.chat import ChatTrouble
from chatops.usecases.store import Search, Store


class UnknownWorkspace(Mistake):
    """Nobody can say which workspace the bot is in."""

    def __init__(self) -> None:
        super().__init__(
            "Say which workspace, with --team T0123ABCD: no incident has been declared yet, and"
            " Slack does not tell me. Slack in a browser shows it after app.slack.com/client/."
        )


class Workspace:
    """The newest incident's workspace, else the one that ``ask`` gets told by the chat."""

    def __init__(self, store: Store, ask: Callable[[], str] | None) -> None:
        self._store = store
        self._ask = ask

    def __call__(self) -> str:
        """Its id.

        Raises:
            UnknownWorkspace
        """
        with self._store.reading() as work:
            for newest in work.incidents.find(Search(team=None, everything=True, limit=1)):
                return newest.team
        try:
            if self._ask is not None:
                return self._ask()
        except ChatTrouble as trouble:
            raise UnknownWorkspace from trouble
        raise UnknownWorkspace
