"""What comes of something that a person does, and why it may be impossible to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chatops.playground.slack.call_log import Delivery

#: What Slack tells the person when the bot did not answer within three seconds.
TIMED_OUT = "operation_timeout"
#: What it tells when the bot could not be reached or answered with an error.
NOT_DISPATCHED = "dispatch_failed"
#: What it tells when the bot's answer made no sense.
BAD_ANSWER = "invalid_response"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserOutcome:
    """What the bot answered, and what Slack told the person."""

    #: Everything that was delivered to the bot because of the action, in order.
    deliveries: tuple[Delivery, ...] = ()
    #: What Slack told the person went wrong; None when nothing did.
    problem: str | None = None
    #: Words under the fields of a modal, by block id; from Slack or from the bot.
    errors: Mapping[str, str] = field(default_factory=dict)
    #: The ts of what the person wrote, if a message came of it.
    ts: str | None = None
    #: What an external select offers.
    options: tuple[Mapping[str, Any], ...] = ()

    @property
    def delivery(self) -> Delivery | None:
        """What was delivered first."""
        return self.deliveries[0] if self.deliveries else None

    @property
    def ok(self) -> bool:
        return self.problem is None and not self.errors and all(d.ok for d in self.deliveries)

    @property
    def status(self) -> int | None:
        return self.delivery.status if self.delivery is not None else None

    @property
    def body(self) -> str:
        return self.delivery.body if self.delivery is not None else ""

    @property
    def json(self) -> Any:
        return self.delivery.json if self.delivery is not None else None


def problem_of(delivery: Delivery) -> str | None:
    """Say what Slack tells the person about a delivery that went wrong."""
    if delivery.ok:
        return None
    return TIMED_OUT if delivery.outcome == "timeout" else NOT_DISPATCHED


class ImpossibleError(Exception):
    """Slack's client would not let the person do this; the parent of all such errors."""


class NobodyError(ImpossibleError):
    """There is no such person."""

    def __init__(self, who: str) -> None:
        super().__init__(f"nobody here has the id or handle {who!r}")


class NotVisibleError(ImpossibleError):
    """The person cannot see this."""

    def __init__(self, who: str, what: str) -> None:
        super().__init__(f"{who} does not see {what}")


class NotAMemberError(ImpossibleError):
    """Only members can do this in the channel."""

    def __init__(self, who: str, channel: str) -> None:
        super().__init__(f"{who} is not in #{channel}; join it first")


class ArchivedError(ImpossibleError):
    """Nobody can do this in an archived channel."""

    def __init__(self, channel: str) -> None:
        super().__init__(f"#{channel} is archived")


class NotOneselfError(ImpossibleError):
    """Only the author can do this."""

    def __init__(self, who: str, ts: str) -> None:
        super().__init__(f"{who} did not write the message {ts}")


class NoModalError(ImpossibleError):
    """The person has no modal open."""

    def __init__(self, who: str) -> None:
        super().__init__(f"{who} has no modal open")


class NoSubmitError(ImpossibleError):
    """The modal has no submit button."""

    def __init__(self, title: str) -> None:
        super().__init__(f"the modal {title!r} has nothing to submit")


class NoElementError(ImpossibleError):
    """There is no such button, menu or input."""

    def __init__(self, wanted: object, there: object) -> None:
        super().__init__(f"there is no element {wanted!r}; there are {there}")


class NotOfferedError(ImpossibleError):
    """The menu does not offer this."""

    def __init__(self, wanted: object, offered: object) -> None:
        super().__init__(f"{wanted!r} is not offered; there are {offered}")


class NoShortcutError(ImpossibleError):
    """The app has no such shortcut."""

    def __init__(self, callback_id: str) -> None:
        super().__init__(f"the app has no shortcut {callback_id!r}")
