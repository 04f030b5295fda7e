"""Tabletop drills: what a scenario says, and the clock on which its events come."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from chatops.domain import strict
from chatops.domain.errors import UserError
from chatops.domain.incident.model import Incident
from chatops.domain.messages.effects import (
    Destination,
    DestinationKind,
    DoStep,
    EffectPayload,
    LiveMessage,
    MakeCanvas,
    PollForge,
    PostMessage,
    PublishDocs,
    RefreshMessage,
    ShareFile,
    SyncTask,
)
from chatops.domain.playbook.policy import Playbook, Severity
from chatops.domain.text import closest_match

#: What a drill is called; it is counted apart from incidents.
REFERENCE = "DRILL-{year}-{number:03d}"
#: Stands before everything that is said in a drill.
MARK = "(drill)"
#: The promises of a drill's own: its end, which carries its course, and its beginning.
COURSE_KEY, BEGIN_KEY = "drill", "drill:begin"
#: A paused drill that nobody continues ends by itself.
FORGOTTEN_AFTER = timedelta(days=1)
#: So long after it is over the channel of a drill is archived.
ARCHIVED_AFTER = timedelta(days=1)
#: How much faster than the clock events can come.
PACES: Mapping[int, str] = {1: "real time", 2: "twice as fast", 4: "four times as fast"}


class Level(StrEnum):
    """A severity by its place on the scale, which every playbook has."""

    WORST = "worst"
    SECOND = "second"
    THIRD = "third"
    MILDEST = "mildest"

    def of(self, playbook: Playbook) -> Severity:
        """The severity that it is in a playbook; where the scale is shorter, the last."""
        last = len(playbook.severities) - 1
        places = {Level.WORST: 0, Level.SECOND: 1, Level.THIRD: 2, Level.MILDEST: last}
        return playbook.severities[min(places[self], last)]


class EventKind(StrEnum):
    """What sort of news an event is."""

    MESSAGE = "message"
    ALERT = "alert"
    STAKEHOLDER = "stakeholder"
    TWIST = "twist"


class Expectation(StrEnum):
    """What an event should make the team do; each can be read off the timeline."""

    ACKNOWLEDGE = "acknowledge"
    UPDATE = "update"
    SEVERITY = "severity"
    ROLE = "role"
    DECIDE = "decide"
    PAGE = "page"
    ROLLBACK = "rollback"
    TASK = "task"
    NOTE = "note"
    HAND_OVER = "hand_over"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillEvent:
    """Something that happens in a drill; ``severity`` is what it is from then on."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = strict.STRICT
    at: timedelta
    sender: str
    say: str
    kind: EventKind = EventKind.MESSAGE
    expects: Expectation | None = None
    severity: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """An exercise. ``story`` is for whoever leads it; its first line stands in lists.

    It is played at the first of ``severities`` unless another is chosen.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = strict.STRICT
    key: str
    title: str
    severities: tuple[Level, ...]
    story: str
    impact: str
    symptoms: str
    events: tuple[DrillEvent, ...]
    ends_after: timedelta
    questions: tuple[str, ...] = ()
    private: bool = False

    @property
    def in_short(self) -> str:
        return self.story.strip().partition("\n")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A time in which a drill stood still; without ``until`` it does so now."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How one drill is played: it keeps its scenario, whatever becomes of the file.

    ``severity`` is what it began as, ``led`` says that somebody was commander from the beginning.
    """

    scenario: Scenario
    begins_at: datetime
    by: str
    severity: str
    pace: int = 1
    led: bool = False
    pauses: tuple[Pause, ...] = ()

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    def moment(self, after: timedelta) -> datetime:
        """When comes what the scenario has ``after`` so long, as far as is known now."""
        return self.begins_at + after / self.pace + self._stood(self.begins_at, None)

    def ends_at(self) -> datetime:
        return self.moment(self.scenario.ends_after)

    def lasted(self, since: datetime, until: datetime) -> timedelta:
        """The time between two moments without the pauses."""
        return max(until - since - self._stood(since, until), timedelta())

    def paused_at(self, now: datetime) -> "Course":
        return replace(self, pauses=(*self.pauses, Pause(since=now)))

    def continued_at(self, now: datetime) -> "Course":
        *before, last = self.pauses
        return replace(self, pauses=(*before, replace(last, until=now)))

    def _stood(self, since: datetime, until: datetime | None) -> timedelta:
        """How much of a time it stood still; a pause that goes on counts up to ``until``."""
        total = timedelta()
        for pause in self.pauses:
            end = pause.until or until or pause.since
            begin = max(pause.since, since)
            total += max(min(end, until or end) - begin, timedelta())
        return total

    def packed(self) -> str:
        """As JSON, for the promise that the drill ends."""
        return json.dumps(_plain(self), ensure_ascii=False)

    @classmethod
    def unpacked(cls, packed: str) -> "Course":
        data = json.loads(packed)
        return cls(
            scenario=_scenario(data["scenario"]),
            begins_at=datetime.fromisoformat(data["begins_at"]),
            by=data["by"],
            severity=data["severity"],
            pace=data["pace"],
            led=data["led"],
            pauses=tuple(_pause(each) for each in data["pauses"]),
        )


def event_key(number: int) -> str:
    """The key of the promise that an event comes; events count from 1."""
    return f"inject:{number}"


def event_number(key: str) -> int | None:
    """The number of the event that a promise is of; none for the others of a drill."""
    begin, _, number = key.partition(":")
    return int(number) if begin == "inject" and number.isdecimal() else None


def marked(text: str) -> str:
    """A text that says in its first line that it is a drill.

    >>> marked("Checkout is down")
    '(drill) Checkout is down'
    >>> marked("Support (drill): nobody can pay")
    'Support (drill): nobody can pay'
    """
    return text if MARK in text.partition("\n")[0] else f"{MARK} {text}"


def _plain(value: Any) -> Any:
    """A value of ours as JSON has it; spans are in seconds."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Course | Scenario | DrillEvent | Pause):
        return {name: _plain(getattr(value, name)) for name in value.__slots__}
    return value


def _pause(data: Mapping[str, Any]) -> Pause:
    until = data["until"]
    return Pause(
        since=datetime.fromisoformat(data["since"]),
        until=datetime.fromisoformat(until) if until else None,
    )


def _scenario(data: Mapping[str, Any]) -> Scenario:
    return Scenario(
        **{
            **data,
            "severities": _levels(data["severities"]),
            "events": tuple(_event(each) for each in data["events"]),
            "ends_after": timedelta(seconds=data["ends_after"]),
            "questions": tuple(data["questions"]),
        }
    )


def _levels(words: Iterable[str]) -> tuple[Level, ...]:
    return tuple(Level(word) for word in words)


def _event(data: Mapping[str, Any]) -> DrillEvent:
    return DrillEvent(
        at=timedelta(seconds=data["at"]),
        sender=data["sender"],
        say=data["say"],
        kind=EventKind(data["kind"]),
        expects=Expectation(data["expects"]) if data["expects"] else None,
        severity=Level(data["severity"]) if data["severity"] else None,
    )


class UnknownScenario(UserError):
    """There is no scenario of that name."""

    def __init__(self, asked: str, known: Sequence[str], *, command: str = "/incident") -> None:
        close = closest_match(asked, known)
        meant = f"; did you mean {close}?" if close else "."
        names = ", ".join(known) or "none"
        super().__init__(
            f"There is no scenario “{asked[:40]}”{meant} There are: {names}. To declare an incident"
            f" of that title: `{command} declare drill {asked[:40]}`."
        )


def no_drill_here(reference: str) -> UserError:
    """What was asked for makes sense in a drill alone."""
    return UserError(
        f"{reference} is no drill, so nothing was done. Drills: `/incident drill list`."
    )


class WhichDrill(UserError):
    """Several drills run, or none, and none was named."""

    def __init__(self, running: Sequence[str]) -> None:
        if running:
            super().__init__(
                f"Several drills run ({', '.join(running)}). Ask in the channel of the one that"
                f" you mean, or name it: `/incident drill stop {running[0]}`."
            )
        else:
            super().__init__("No drill runs now. To play one: `/incident drill`.")


def drill_over(reference: str) -> UserError:
    """A drill that is over stays so."""
    return UserError(
        f"{reference} was a drill and is over. Play another: `/incident drill`. What came of"
        f" it: `/incident drill debrief {reference}`."
    )


def drill_paused(*, paused: bool) -> UserError:
    """It stands still already, or it does not."""
    return UserError(
        "The drill is paused already. To go on: `/incident drill continue`."
        if paused
        else "The drill is not paused; its events come by themselves."
    )


def not_in_adrill() -> UserError:
    """A hotfix would change what is real."""
    return UserError(
        "This is a drill: nothing real is touched, so there is no hotfix. Say what you would"
        " do, and why: `/incident decide roll back because …`."
    )


class RealIncidentFirst(UserError):
    """Drills wait while an incident is fought."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"{reference or 'An incident'} is running, and real incidents come first. Start the"
            " drill when it is resolved, or give it a time in the form: `/incident drill`."
        )


def bad_pace(asked: int) -> UserError:
    """There is no such pace."""
    return UserError(f"{asked}x is no pace. Take 1x, 2x or 4x.")


def stays_inside(incident: Incident, act: EffectPayload) -> bool:
    """Whether an act reaches nobody but those who take part, and nothing but their room."""
    match act:
        case PostMessage() | ShareFile():
            return _is_inside(incident, act.to)
        case RefreshMessage():
            return act.screen in {LiveMessage.BOARD, LiveMessage.HOTFIX}
        case DoStep() | PollForge() | MakeCanvas() | PublishDocs() | SyncTask():
            return False
        case _:
            return True


def _is_inside(incident: Incident, place: Destination) -> bool:
    match place.kind:
        case DestinationKind.INCIDENT:
            return place.id == str(incident.id)
        case DestinationKind.PERSON:
            return place.id in incident.people
        case _:
            return False
