"""Outward acts, written down with the change that asks for them and done afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from chatops.domain.messages.posts import Post


class DestinationKind(StrEnum):
    """The kinds of places where the bot speaks."""

    INCIDENT = "incident"
    STAKEHOLDERS = "stakeholders"
    ALERTS = "alerts"
    PERSON = "person"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where to speak; ``id`` is an incident's id, a person's, a channel's, or empty."""

    kind: DestinationKind
    id: str = ""

    @property
    def lane(self) -> str:
        """The queue in which what is said there keeps its order."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChannel:
    """Create the incident's channel under its name, or the nearest free one."""

    incident: int
    kind: Literal["open_channel"] = "open_channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """Bring people into the incident's channel; one who cannot come stops nobody."""

    incident: int
    users: tuple[str, ...]
    kind: Literal["invite"] = "invite"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMessage:
    """Post a message; ``under`` is the key of the message in whose thread it goes."""

    to: Destination
    post: Post
    under: str | None = None
    kind: Literal["say"] = "say"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditMessage:
    """Edit the message that was sent under ``said``."""

    said: str
    post: Post
    kind: Literal["reword"] = "reword"


class LiveMessage(StrEnum):
    """The messages that are kept up to date: for responders, stakeholders, and who may help."""

    BOARD = "board"
    ANNOUNCEMENT = "announcement"
    ALERT = "alert"
    HOTFIX = "hotfix"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshMessage:
    """Post one of an incident's screens, or bring it up to date; always from the newest state.

    ``version`` is the state that at least must be shown: the incident's, or that of the hotfix
    whose screen it is.
    """

    incident: int
    screen: LiveMessage
    version: int
    hotfix: int | None = None
    kind: Literal["show"] = "show"


@dataclass(frozen=True, slots=True, kw_only=True)
class PinBoard:
    """Pin the board in the incident's channel."""

    incident: int
    kind: Literal["pin_board"] = "pin_board"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTopic:
    """Write severity, status and leader into the channel's topic."""

    incident: int
    version: int
    kind: Literal["set_topic"] = "set_topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Tell the person who asked, where they asked, through Slack's response URL.

    A private line that cannot be read back: it is tried until known done or in doubt, never
    repeated in doubt.
    """

    url: str
    post: Post
    kind: Literal["answer"] = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoStep:
    """Do a step of a hotfix on its repository, forge or servers.

    ``step`` is a step's kind, or ``deployed``; ``target`` the branch of a backport or
    its proof. ``round`` is the attempt: what comes of an older one is not taken in. ``look``
    counts the looks of an attempt that looks again and again.
    """

    hotfix: int
    step: str
    round: int
    target: str = ""
    look: int = 0
    kind: Literal["do_step"] = "do_step"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollForge:
    """See what others did to a hotfix's branches, pull requests and targets, and look again."""

    hotfix: int
    round: int
    kind: Literal["look_out"] = "look_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveChannel:
    """Put the incident's channel into the archive."""

    incident: int
    kind: Literal["archive_channel"] = "archive_channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFile:
    """Share a text as a file, with a message; ``under`` is as for ``PostMessage``."""

    to: Destination
    name: str
    title: str
    content: str
    post: Post
    under: str | None = None
    kind: Literal["share_file"] = "share_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeCanvas:
    """Make a canvas of an incident's post-mortem, as it is when it is made."""

    incident: int
    kind: Literal["make_canvas"] = "make_canvas"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishDocs:
    """Bring an incident's post-mortem into the docs repository, as it is then."""

    incident: int
    version: int
    kind: Literal["publish_docs"] = "publish_docs"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncTask:
    """Send what was ``changed`` of a task to the tracker, or see what was ``heard`` of it there."""

    incident: int
    number: int
    changed: tuple[str, ...] = ()
    asked: bool = False  #: Somebody wants it there.
    heard: str | None = None  #: Empty: nothing, but it is time to look.
    by: str = ""
    kind: Literal["sync_task"] = "sync_task"


EffectPayload = (
    OpenChannel
    | Invite
    | PostMessage
    | EditMessage
    | RefreshMessage
    | PinBoard
    | SetTopic
    | Answer
    | DoStep
    | PollForge
    | ArchiveChannel
    | ShareFile
    | MakeCanvas
    | PublishDocs
    | SyncTask
)


class EffectState(StrEnum):
    """Waiting (to be done, or done again) → running → done or failed."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One outward act and how far it has come.

    ``key`` is unique for ever: asking twice makes one effect. Effects of one ``lane`` are done in
    the order of their ids, one at a time. ``doubtful`` says that an earlier attempt may have been
    accepted, so that the outside must be asked before it is repeated.
    """

    key: str
    lane: str
    act: EffectPayload
    made_at: datetime
    not_before: datetime
    incident: int | None = None
    id: int = 0
    state: EffectState = EffectState.WAITING
    attempts: int = 0
    doubtful: bool = False
    lease_until: datetime | None = None
    result: Mapping[str, str] = field(default_factory=dict)
    error: str = ""

    def started(self, *, until: datetime) -> "Effect":
        """Claim it until ``until``; one found running after that was interrupted: in doubt."""
        return replace(
            self,
            doubtful=self.doubtful or self.state is EffectState.RUNNING,
            state=EffectState.RUNNING,
            attempts=self.attempts + 1,
            lease_until=until,
        )

    def done(self, result: Mapping[str, str]) -> "Effect":
        return replace(
            self,
            state=EffectState.DONE,
            result=result,
            error="",
            doubtful=False,
            lease_until=None,
        )

    def again(self, *, at: datetime, error: str, doubtful: bool) -> "Effect":
        """Put it back, to be tried at ``at``."""
        return replace(
            self,
            state=EffectState.WAITING,
            not_before=at,
            error=error,
            doubtful=doubtful,
            lease_until=None,
        )

    def failed(self, error: str) -> "Effect":
        """Give it up; its lane goes on."""
        return replace(self, state=EffectState.FAILED, error=error, lease_until=None)


#: Waits before the tries after the first; the last one is repeated.
_BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 15, 60, 300))


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts.

    >>> backoff(1).seconds, backoff(99).seconds
    (1, 300)
    """
    return _BACKOFF[min(attempts, len(_BACKOFF)) - 1]
