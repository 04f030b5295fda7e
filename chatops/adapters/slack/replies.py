"""Brings an answer to where the person is looking."""

from chatops.adapters.slack.api.views import ViewsApi
from chatops.adapters.slack.forms.notice import notice
from chatops.application.ports.chat import ChatRefused, Messages
from chatops.commands.caller import Caller
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
