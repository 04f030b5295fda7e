"""Facts to try a text on, made from their types: bare, tame and hostile ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from itertools import chain, cycle, islice
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from zlib import crc32

from chatops.adapters.playbooks.text_facts import Type, facts_of
from chatops.application.promises.due_list import DueItem
from chatops.domain.drills.scenario import PACES
from chatops.domain.hotfix.model import StepRun
from chatops.domain.incident.model import COMMANDER
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.playbook.policy import Playbook, Severity
from chatops.domain.postmortem.facts import AnsweredQuestion

_NOW = datetime(2026, 11, 21, 14, 50, tzinfo=UTC)
#: The worst that people type: it calls, quotes, formats, turns the writing direction, and goes on.
_HOSTILE = (
    '<!channel> it\'s "down" & `rm` ```*bold* _x_ | [a](javascript:1) @here #1 {{ now }}'
    " <script>alert(1)</script> \u202etxt.exe\u202c \u200f\u05e9\u05dc\u05d5\u05dd"
    "\n# heading\n- item\n\n\n1. one\n"
) * 20
#: The most that people can write: into any field of a form, and into these; a name alone stands
#: for every field of that name, of whatever kind.
_LONGEST = 3000
_LIMITS: Mapping[str, int] = {
    "roles": 40,
    **dict.fromkeys(("previous", "release", "sender", "version"), 60),
    **dict.fromkeys(("CommitLine.author", "HotfixStory.author", "SkippedStep.leave"), 80),
    **dict.fromkeys(("Checklist.title", "Section.title"), 80),
    **dict.fromkeys(("StepRun.title", "about", "label", "leader", "people", "service", "who"), 80),
    "Hotfix.title": 100,
    **dict.fromkeys(("Incident.title", "Scenario.title", "ask", "prompt", "where"), 150),
    **dict.fromkeys(("branch", "head_branch", "line", "target", "targets"), 200),
    **dict.fromkeys(("Task.criterion", "Task.text"), 300),
    **dict.fromkeys(("questions", "story", "when_over", "why"), 300),
    "outcome": 500,
    "DrillEvent.say": 1000,
    **dict.fromkeys(("Scenario.story", "details"), 2000),
    **dict.fromkeys(("LateWord.what", "DueItem.name"), _LONGEST),
}
#: What the product itself words or is set up with,
_SET: Mapping[str, str] = {
    "channel_name": "inc-2026-014",
    "command": "/incident",
    "done_in": "github",
    "hotfix_command": "/hotfix",
    "key": "key",
    "kind": "content",
    "phase": "deploy",
    "priority": "HIGH",
    "reference": "INC-2026-014",
    "scenario": "scenario",
    "sort": "Technical Debt",
    "state": "proven to be there",
    "typed": "2026-10",
    "wanted": "a decision",
    "what": "open the channel",
    "name": "2026-10",
    "place": "In the docs repository",
    **dict.fromkeys(("names", "needed"), "engineering_lead"),
}
#: or what programs fill in: the ids of people and commits, and addresses.
_FILLED: Mapping[str, str] = {
    **dict.fromkeys(
        ("acknowledged_by", "actor", "approvers", "author", "before", "by", "channel",
         "declared_by", "done_by", "ended_by", "engineer", "holder", "leave", "made_by", "members",
         "owner", "put_off_by", "reported_by", "said_by", "started_by", "users", "witness"),
        "U0ANA",
    ),
    **dict.fromkeys(("base", "bump", "deployed", "head", "merged", "sha", "tip"), "4f2c9e1" * 6),
    **dict.fromkeys(
        ("address", "pull_request", "site", "url"), "https://forge.example/team/shop/pull/12"
    ),
}  # fmt: skip
#: How long lists are at most: any, and those that are cut before a text gets them.
_MANY = 300
_CUT: Mapping[str, int] = {
    **dict.fromkeys(("approvals", "checklists", "skipped", "users"), 2),
    **dict.fromkeys(("alike", "exports", "hotfixes", "names", "needed", "ours"), 3),
    **dict.fromkeys(("roles", "sections", "theirs"), 3),
    **dict.fromkeys(
        ("HotfixStory.commits", "done", "findings", "late", "lessons", "piles", "spans"), 5
    ),
    **dict.fromkeys(("by_file", "groups", "left", "placeless"), 6),
    **dict.fromkeys(("drills", "questions", "things"), 10),
    **dict.fromkeys(("backports", "decisions", "entries", "incidents", "overdue"), 15),
    **dict.fromkeys(("post_mortems", "stories", "tasks"), 15),
    **dict.fromkeys(("quarrels", "scenarios"), 20),
    "lines": 80,
    "Debrief.decisions": 300,
    **dict.fromkeys(("events", "people"), 40),
}
#: The lines of what one person owes.
_PILED = 3
#: How many items of a list differ.
_DIFFERENT = 3
#: The texts whose lists are cut shorter than in others.
_SHORT: Mapping[str, int] = {"link_status": 5}
#: What is never missing where the field beside it says that there is something.
_THERE = frozenset({"acknowledged_at", "median", "ninetieth"})
#: Texts about what has happened: they are never shown while nothing has.
_ABOUT_SOMETHING = frozenset({"acknowledged", "acknowledge_answer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How facts are made.

    ``filled`` tells whether there is what may be missing. People wrote ``words``, and lists have
    up to ``many`` items. ``pick`` chooses from enumerations.
    """

    filled: bool = True
    words: str = "The pump is back"
    many: int = 3
    pick: int = 0


_BARE = Manner(filled=False, words="x", many=0)
_TAME = tuple(Manner(pick=pick) for pick in range(10))
_WORST = tuple(Manner(words=_HOSTILE, many=_MANY, pick=pick) for pick in range(3))


@dataclass(frozen=True, slots=True, kw_only=True)
class FactMaker:
    """Makes the facts of texts in one manner, for incidents of one severity of a playbook."""

    playbook: Playbook
    severity: Severity
    manner: Manner
    parts: Mapping[type, list[object]]
    _made: dict[tuple[type, int], object] = field(default_factory=dict)

    def facts_for(self, text: str) -> Mapping[str, object]:
        """What ``text`` may speak of; nothing where it is never shown in this manner."""
        if not self.manner.filled and text in _ABOUT_SOMETHING:
            return {}
        known = {"playbook": self.playbook, "severity": self.severity, "now": _NOW}
        made = {
            name: self._value(kind, name, self.manner.pick)
            for name, kind in facts_of(text).items()
            if name not in known
        }
        if most := _SHORT.get(text):
            made = {
                name: each[:most] if isinstance(each, tuple) else each
                for name, each in made.items()
            }
        return {**known, **made}

    def _value(self, kind: Type, name: str, pick: int, *, needed: bool = False) -> Any:
        """Something of the type ``kind``, for a field called ``name``; ``needed`` is not empty."""
        origin: Any = get_origin(kind)
        if origin in {Union, UnionType}:
            options = [each for each in get_args(kind) if each is not NoneType]
            if NoneType in get_args(kind) and not self._is_there(name, pick):
                return None
            return self._value(options[pick % len(options)], name, pick, needed=True)
        if origin in {Sequence, frozenset, tuple}:
            make = frozenset if origin is frozenset else tuple
            return make(self._items(get_args(kind), name, pick, needed=needed))
        if origin is Mapping:
            return self._mapping(get_args(kind), name, pick)
        return self._single(kind, name, pick, needed=needed)

    def _is_there(self, name: str, pick: int) -> bool:
        """Whether there is what may be missing: all of it, but some of it for every other pick."""
        by_chance = pick % 2 == 0 or bool(crc32(name.encode()) >> pick & 1)
        return self.manner.filled and (by_chance or name in _THERE)

    def _single(self, kind: Type, name: str, pick: int, *, needed: bool) -> Any:
        made: object
        if kind is str:
            made = self._words(name, needed=needed)
        elif kind is bool:
            made = self.manner.filled and (pick + crc32(name.encode())) % 2 == 0
        elif kind in {int, float}:
            made = list(PACES)[pick % len(PACES)] if name == "pace" else kind(self.manner.many)
        elif kind is datetime:
            made = _NOW
        elif kind is timedelta:
            made = timedelta(minutes=1 + self.manner.many)
        elif issubclass(kind, Enum):
            made = list(kind)[pick % len(kind)]
        else:
            made = self._record(DueItem if kind is object else kind, pick)
        return made

    def _words(self, name: str, *, needed: bool) -> str:
        if name == "severity":
            return self.severity.key
        if name in _SET:
            return _SET[name]
        if not self.manner.filled and not needed:
            return ""
        return _FILLED.get(name) or self.manner.words[: _LIMITS.get(name, _LONGEST)]

    def _items(
        self, inside: tuple[Type, ...], name: str, pick: int, *, needed: bool
    ) -> Iterator[object]:
        """The items of a list: a few different ones in turn."""
        if inside[0] is StepRun:  # a hotfix has every step once
            steps = enumerate(StepKind, pick)
            return (replace(self._new(StepRun, each), kind=kind) for each, kind in steps)
        if len(inside) > 1 and Ellipsis not in inside:
            return (self._value(each, name, pick, needed=True) for each in inside)
        most = _PILED if inside[0] is object else _CUT.get(name, _MANY)
        count = max(min(self.manner.many, most), int(needed))
        different = range(pick, pick + min(count, _DIFFERENT))
        few = [self._value(inside[0], name, each, needed=True) for each in different]
        return islice(cycle(few), count)

    def _mapping(self, inside: tuple[Type, ...], name: str, pick: int) -> Mapping[object, object]:
        keys, values = inside
        if values is AnsweredQuestion:
            return {each.key: self._value(values, name, pick) for each in self.playbook.questions}
        if isinstance(keys, type) and issubclass(keys, Enum):
            return {key: self._value(values, name, pick) for key in keys}
        key = COMMANDER if name == "roles" else name
        return {key: self._value(values, "owner", pick)} if self.manner.filled else {}

    def _record(self, kind: type, pick: int) -> object:
        """A dataclass with a value in every field; of the playbook's own kinds, one of its own."""
        if (kind, pick) not in self._made:
            ours = self.parts.get(kind)
            self._made[kind, pick] = ours[pick % len(ours)] if ours else self._new(kind, pick)
        return self._made[kind, pick]

    def _new(self, kind: Any, pick: int) -> Any:
        return kind(
            **{
                name: self._value(hint, _known_as(kind, name), pick, needed=needed)
                for name, hint, needed in _fields(kind)
            }
        )


def fact_makers(playbook: Playbook) -> Iterator[FactMaker]:
    """Every situation to try texts in: nothing known yet, tame ones, and the worst that there is.

    The severities share the tame and the worst ones between them.
    """
    parts = _parts_of(playbook)
    every = ((severity, _BARE) for severity in playbook.severities)
    shared = zip(cycle(playbook.severities), _TAME, strict=False)
    worst = zip(cycle(playbook.severities), _WORST, strict=False)
    for severity, manner in chain(every, shared, worst):
        yield FactMaker(playbook=playbook, severity=severity, manner=manner, parts=parts)


@cache
def _fields(kind: Any) -> tuple[tuple[str, Type, bool], ...]:
    """The name and the type of each field, and whether it has no default."""
    hints = get_type_hints(kind)
    return tuple((each.name, hints[each.name], _is_needed(each)) for each in fields(kind))


def _known_as(kind: type, name: str) -> str:
    """What a field goes by in the tables above: its kind and its name, or its name alone."""
    full = f"{kind.__name__}.{name}"
    return full if full in _LIMITS or full in _CUT else name


def _is_needed(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _parts_of(value: object) -> Mapping[type, list[object]]:
    """All that a playbook is made of, by kind."""
    found: dict[type, list[object]] = {}
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if is_dataclass(each) and not isinstance(each, type):
            found.setdefault(type(each), []).append(each)
            waiting += [getattr(each, one.name) for one in fields(each)]
        elif isinstance(each, Mapping):
            waiting += each.values()
        elif isinstance(each, tuple):
            waiting += each
    return found
