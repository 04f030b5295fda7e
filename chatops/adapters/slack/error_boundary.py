"""The one place where errors end: words where the person looks, or a line in the log."""

import logging
import re
import secrets
from collections.abc import Callable
from typing import TypeVar

from chatops.adapters.slack.api.views import ViewsApi
from chatops.adapters.slack.forms.form_layout import notice
from chatops.adapters.slack.rendering import mrkdwn
from chatops.application.ports.chat import ChatError, ChatRefused, Messages
from chatops.application.ports.external import ExternalError
from chatops.application.ports.storage import StorageError
from chatops.commands.context import Caller
from chatops.domain.errors import Repeated, UserError
from chatops.domain.messages.posts import Post


class Replies:
    """Answers in the modal that is open, else privately where it was asked, else in a message."""

    def __init__(self, voice: Messages, screens: ViewsApi) -> None:
        self._voice = voice
        self._screens = screens

    def tell(self, caller: Caller, post: Post) -> None:
        if caller.view is not None:
            self._screens.redraw(caller.view, notice(post))
        elif not (self._through_url(caller, post) or self._in_channel(caller, post)):
            direct = self._voice.direct(caller.user)
            self._voice.send(direct, post, key=f"answer:{caller.once}")

    def _through_url(self, caller: Caller, post: Post) -> bool:
        """An answer URL dies after half an hour, or after five answers."""
        if caller.answer_url is None:
            return False
        try:
            self._voice.answer(caller.answer_url, post)
        except ChatRefused:
            return False
        return True

    def _in_channel(self, caller: Caller, post: Post) -> bool:
        """We may not be in the channel, or they may have left it."""
        if caller.channel is None:
            return False
        try:
            self._screens.whisper(caller.channel, caller.user, post)
        except ChatRefused:
            return False
        return True


T = TypeVar("T")
Tell = Callable[[Post], None]

_COMMAND = re.compile(r"`/(incident|hotfix)(?=[ `])")
_MENTION = re.compile(r"&lt;(@[UW][A-Z0-9]+)&gt;")
_log = logging.getLogger(__name__)

_NO_STORAGE = (
    "My database does not answer, so nothing was changed by this. Try again in a minute; if it "
    "goes on, tell whoever runs me (`chatops doctor` says what is wrong)."
)


class ErrorBoundary:
    """Runs what people ask for; no error passes, and no stack trace is shown.

    ``command`` and ``hotfix`` are what the slash commands are called here; mistakes speak of
    `/incident` and `/hotfix`.
    """

    def __init__(self, command: str = "/incident", hotfix: str = "/hotfix") -> None:
        self._names = {"incident": command, "hotfix": hotfix}

    def run(self, doing: str, work: Callable[[], None], tell: Tell) -> None:
        """Do ``work``; ``tell`` brings words to where the person is looking."""
        outcome = self.capture(work)
        if isinstance(outcome, Exception):
            self._told(doing, outcome, tell)

    def capture(self, work: Callable[[], T]) -> T | Exception:
        """What ``work`` gives, or what went wrong."""
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - this is the boundary
            return error

    def render(self, doing: str, error: Exception) -> Post:
        """What to say about an error."""
        match error:
            case UserError():
                return self._mistake(error)
            case ChatError() if not isinstance(error, ChatRefused):
                _log.warning(
                    "Slack did not do its part",
                    extra={"action": "slack_trouble", "doing": doing, "reason": str(error)},
                )
                return plain_post(f"{error}. Try again in a moment.")
            case ExternalError():
                _log.warning(
                    "Repositories or forges did not do their part",
                    extra={"action": "work_trouble", "doing": doing, "reason": str(error)},
                )
                return plain_post(f"{_sentence(str(error))} Nothing was changed by this.")
            case StorageError():
                _log.error(
                    "The storage cannot be used",
                    extra={"action": "storage", "doing": doing, "reason": str(error)},
                )
                return plain_post(_NO_STORAGE)
            case _:
                return _apology(doing, error)

    def _mistake(self, error: UserError) -> Post:
        text = self.renamed(str(error))
        shown = _MENTION.sub(r"<\1>", mrkdwn.escape(text))
        return Post(headline=shown.partition("\n")[0], text=shown)

    def renamed(self, text: str) -> str:
        """Words of a mistake, with the commands as they are called here."""
        return _COMMAND.sub(lambda found: f"`{self._names[found[1]]}", text)

    def _told(self, doing: str, error: Exception, tell: Tell) -> None:
        if isinstance(error, Repeated):
            return
        words = self.render(doing, error)
        trouble = self.capture(lambda: tell(words))
        if isinstance(trouble, Exception):
            _log.warning(
                "An answer did not reach the person who asked",
                extra={"action": "answer_lost", "doing": doing, "reason": str(trouble)},
            )


def plain_post(text: str) -> Post:
    """A message of plain words."""
    shown = mrkdwn.escape(text)
    return Post(headline=shown, text=shown)


def _sentence(text: str) -> str:
    """A clause as a sentence.

    >>> _sentence("the git server does not answer")
    'The git server does not answer.'
    """
    words = text.strip()
    return f"{words[:1].upper()}{words[1:]}" + ("" if words.endswith((".", "!", "?")) else ".")


def _apology(doing: str, error: Exception) -> Post:
    reference = secrets.token_hex(3).upper()
    _log.error(
        "Something unexpected went wrong",
        exc_info=error,
        extra={"action": "unexpected", "doing": doing, "reference": reference},
    )
    return plain_post(
        f"Something went wrong on my side (ref {reference}). Nothing was changed by this, and "
        "what was saved before is still there. Try again; if it fails again, give that "
        "reference to whoever runs this bot."
    )
