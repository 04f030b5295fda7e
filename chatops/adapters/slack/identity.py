"""Who we are in Slack: asked once, when somebody wants to know."""

from dataclasses import dataclass
from threading import Lock

from chatops.adapters.slack.scopes import Method
from chatops.adapters.slack.web_api import WebApi, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The bot's account: its user and workspace, and the scopes it was granted."""

    user: str
    team: str
    scopes: frozenset[str]


class Identity:
    """Asks Slack for our account at the first need, and remembers it."""

    def __init__(self, api: WebApi) -> None:
        self._api = api
        self._lock = Lock()
        self._account: Account | None = None

    def account(self) -> Account:
        """Our account; raises a ChatTrouble as long as Slack has not told it."""
        with self._lock:
            if self._account is None:
                self._account = self._ask()
            return self._account

    def _ask(self) -> Account:
        answer = self._api.call(Method.AUTH_TEST)
        granted = {name.lower(): value for name, value in answer.headers.items()}
        scopes = f"{granted.get('x-oauth-scopes', '')}".split(",")
        return Account(
            user=told(answer, "user_id"),
            team=told(answer, "team_id"),
            scopes=frozenset(scope.strip() for scope in scopes if scope.strip()),
        )
