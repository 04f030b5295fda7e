"""What a record of a kind of promise says: words, life, reminding and doing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chatops.domain.messages.posts import ActionId, ButtonStyle
from chatops.domain.promises.reminder_policy import ReminderPolicy, Schedule


class Owner(StrEnum):
    """Who has to keep it: the commander at the time, one person for good, or the bot itself."""

    COMMANDER = "commander"
    PERSON = "person"
    BOT = "bot"


class Cause(StrEnum):
    """What makes it, and with what it goes again."""

    SEVERITY = "severity"
    ROLES = "roles"
    HOTFIX = "hotfix"
    RESOLUTION = "resolution"
    TASK = "task"
    DRILL = "drill"


class Lifetime(StrEnum):
    """When it makes sense: while the incident runs, once it is resolved, or both."""

    RUNNING = "running"
    RESOLVED = "resolved"
    BOTH = "both"


class Milestone(StrEnum):
    """What keeps promises in passing."""

    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class AtClose(StrEnum):
    """What an open one means to somebody who closes the incident.

    It is listed and stays open, or is listed and waived with the reason for closing, or nobody
    hears of it: it is the bot's own, or it stands in the list of tasks.
    """

    LISTED = "listed"
    WAIVED = "waived"
    UNLISTED = "unlisted"


class PromiseSubject(StrEnum):
    """What it is about, where that has an owner of its own and a place in lists."""

    NOTHING = "nothing"
    TASK = "task"
    BACKPORT = "backport"
    POST_MORTEM = "post_mortem"


class Rule(StrEnum):
    """What is decided when its moment has come; each has one function in ``decide.py``."""

    POST_UPDATE = "post_update"
    TELL_AND_RENEW = "tell_and_renew"
    EXPECT_ACKNOWLEDGEMENT = "expect_acknowledgement"
    PAGE = "page"
    ESCALATE = "escalate"
    TELL_ONCE = "tell_once"
    REMIND_AND_TELL_ONCE = "remind_and_tell_once"
    EXPECT_COMMANDER = "expect_commander"
    EXPECT_ACTIVITY = "expect_activity"
    EXPECT_SHIFT_CHANGE = "expect_shift_change"
    REMIND_UNTIL_KEPT = "remind_until_kept"
    REMIND_UNTIL_MEETING_HELD = "remind_until_meeting_held"
    TELL_UNTIL_KEPT = "tell_until_kept"
    REMIND_AT_BOTH_BOUNDS = "remind_at_both_bounds"
    ARCHIVE = "archive"
    PLAY = "play"


class ButtonTarget(StrEnum):
    """What a button acts on, besides the incident: nothing, or a detail after a colon."""

    INCIDENT = "incident"
    PROMISE = "promise"
    DETAIL = "detail"
    HOTFIX = "hotfix"
    COMMANDER = "commander"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseButton:
    """A button about a promise; ``owner`` offers it of those alone that such an owner keeps."""

    action: ActionId
    label: str
    target: ButtonTarget
    style: ButtonStyle = ButtonStyle.PLAIN
    owner: Owner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToChannel:
    """Overdue, it is told in the incident's channel, by the text of that name.

    Where it ``widens``, those further up the ladder hear of it too from the second time on.
    """

    text: str
    buttons: tuple[PromiseButton, ...]
    widens: bool = False


@dataclass(frozen=True, slots=True)
class ToOwner:
    """Its owner is reminded directly, and hears that it is overdue, each time with one more."""


@dataclass(frozen=True, slots=True)
class ToNobody:
    """The bot does it in time, so that nobody is told that it is overdue."""


@dataclass(frozen=True, slots=True)
class InItsOwnWay:
    """The application has a function of its own for this kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByCommand:
    """Doing it keeps it, and this command does it; ``{detail}`` stands for the promise's."""

    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPress:
    """Somebody says so, and the timeline has this note; asked again later if ``renewed``."""

    note: str
    renewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ByWaiving:
    """Somebody says that it is not wanted, for this reason."""

    reason: str


Telling = ToChannel | ToOwner | ToNobody | InItsOwnWay
Fulfilment = ByCommand | ByPress | ByWaiving | InItsOwnWay


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSpec:
    """All that tells one kind of promise from the others.

    Words: ``name`` as people read it (and ``personal_name`` of one that a person owns, where that
    differs), ``called`` what they type for it (a pattern whose group picks one of several by the
    end of its detail; none: by its name alone), ``counted_as`` what statistics call many of them
    (none: they are not counted).

    Life: ``owner`` by the promise's detail, its ``cause``, its ``lifetime``, the milestones that
    it is ``kept_by``, what it means ``at_close``, and whether it is done ``for_good``, so that a
    second resolution asks for it no more. A ``follow_up`` is asked of one person, directly and in
    working hours, who may snooze it or have it reassigned; no drill makes any.

    Reminding: the ``rule`` that decides, the ``first_look`` at it, how long after it was found
    overdue it is told ``again``, whether it ``may_be_loud`` at weekends, and how it is ``told``.

    Doing: its ``buttons``, of which the first keeps it or leads there, how it is ``fulfilled``,
    whether a button snoozes it, which one waives it, and its ``subject``.
    """

    name: str
    called: str | None
    counted_as: str | None
    owner: Callable[[str], Owner]
    cause: Cause
    lifetime: Lifetime
    kept_by: frozenset[Milestone]
    at_close: AtClose
    for_good: bool
    follow_up: bool
    rule: Rule
    first_look: Callable[[Schedule], datetime]
    again: Callable[[ReminderPolicy, int], timedelta]
    may_be_loud: bool
    told: Telling
    buttons: tuple[PromiseButton, ...]
    fulfilled: Fulfilment
    snooze: bool
    waive: PromiseButton
    subject: PromiseSubject
    personal_name: str | None = None

    @property
    def by_bot(self) -> bool:
        """Whether the bot itself does it when the time comes; nobody has to."""
        return self.owner("") is Owner.BOT

    @property
    def in_drills(self) -> bool:
        """Whether a drill makes it: nothing is left to do once a drill is over."""
        return not self.follow_up

    @property
    def reassignable(self) -> bool:
        """Whether it can be given to somebody else alone; the rest comes with a role."""
        return self.follow_up and not self.by_bot

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """What names it at the beginning of what somebody types."""
        if self.called is None:
            return None
        return re.compile(rf"(?:the )?(?:{self.called})(?![\w-])", re.IGNORECASE)

    def policy(self, policy: ReminderPolicy) -> ReminderPolicy:
        """A playbook's rules, as they hold for this kind."""
        return policy if self.may_be_loud else policy.never_loud()
