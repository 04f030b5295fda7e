"""Which facts each text of a playbook may speak of, and whether it asks for others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, lru_cache
from types import FunctionType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from jinja2 import TemplateSyntaxError, nodes

from chatops.adapters.playbooks.filters import ReadableNames
from chatops.adapters.playbooks.rendering import SUFFIX, environment
from chatops.adapters.playbooks.yaml_source import near
from chatops.application.hotfix.views import StepLine
from chatops.application.ports.external import Pull
from chatops.application.ports.git import CommitLine, FileConflict, Log
from chatops.application.promises.due_list import DueItem
from chatops.application.reminders import Reminder
from chatops.domain.analytics.digests import DigestStory, Pile
from chatops.domain.analytics.metrics import Kept
from chatops.domain.analytics.report import Report
from chatops.domain.drills.debrief import Debrief
from chatops.domain.drills.scenario import Course, DrillEvent, Scenario
from chatops.domain.hotfix.deadlines import RollbackPhase
from chatops.domain.hotfix.model import (
    ApprovalGiven,
    Backport,
    Hotfix,
    HotfixFacts,
    Rollback,
    StepRun,
    Times,
)
from chatops.domain.incident.model import Incident, Update
from chatops.domain.incident.timeline import Entry
from chatops.domain.messages.templates import ALWAYS, POST_MORTEM_TEXTS, TEMPLATES, OutputFormat
from chatops.domain.playbook.hotfix import (
    Checklist,
    RollbackRule,
    ScopeRule,
    SpecialCase,
    WatchWindow,
)
from chatops.domain.playbook.pipeline import ConflictSide, Step
from chatops.domain.playbook.policy import DigestRule, Playbook, RoleSpec, Severity
from chatops.domain.postmortem.facts import ActionLine, AnsweredQuestion, PostMortemFacts, StoryLine
from chatops.domain.postmortem.model import PostMortem, Review
from chatops.domain.promises.model import Promise
from chatops.domain.services import Service
from chatops.domain.tasks import Task

#: The type of a fact, such as ``datetime | None`` or ``tuple[str, ...]``.
Type = Any

#: A name means the same in every text,
_FACTS: Mapping[str, Type] = {
    **dict.fromkeys(
        ("address", "author", "command", "decision", "engineer", "hotfix_command", "increment",
         "label", "leader", "line", "name", "outcome", "place", "reason", "sha", "site", "story",
         "title", "version", "what", "when_over", "where", "who", "whose", "why", "words"),
        str,
    ),
    **dict.fromkeys(("before", "by", "holder"), str | None),
    **dict.fromkeys(("absent", "names", "needed", "notes", "questions", "targets", "users"),
                    tuple[str, ...]),
    **dict.fromkeys(
        ("already", "asked", "bound", "comes_first", "contained", "expired", "first", "good",
         "moved", "over", "paged", "paused", "required", "test", "waits"),
        bool,
    ),
    **dict.fromkeys(("earlier", "late", "left", "left_out", "more_commits", "number", "owed",
                     "running"), int),
    **dict.fromkeys(("now", "since"), datetime),
    **dict.fromkeys(("at", "last_at", "retry_at", "review_at"), datetime | None),
    "elapsed": timedelta,
    **dict.fromkeys(("late_by", "takes", "target", "took"), timedelta | None),
    **dict.fromkeys(("alike", "drills", "incidents"), tuple[Incident, ...]),
    **dict.fromkeys(("backports", "post_mortems"), tuple[DueItem, ...]),
    **dict.fromkeys(("done", "rest"), tuple[StepLine, ...]),
    **dict.fromkeys(("lessons", "placeless"), tuple[AnsweredQuestion, ...]),
    **dict.fromkeys(("overdue", "promises"), tuple[Promise, ...]),
    "back": Rollback,
    "backport": Backport,
    "checklist": Checklist,
    "checklists": tuple[Checklist, ...],
    "commits": tuple[CommitLine, ...],
    "course": Course,
    "debrief": Debrief,
    "decisions": tuple[StoryLine, ...],
    "digest": DigestRule,
    "each": Incident,
    "entries": tuple[Entry, ...],
    "entry": Entry | None,
    "event": DrillEvent,
    "events": tuple[DrillEvent, ...],
    "exports": tuple[tuple[str, str], ...],
    "fix": Hotfix,
    "given": ApprovalGiven,
    "hotfix": HotfixFacts,
    "hotfixes": tuple[Hotfix, ...],
    "incident": Incident,
    "kept": Kept,
    "lines": tuple[str, ...],
    "log": Log,
    "old": Severity,
    "phase": RollbackPhase,
    "piles": tuple[Pile, ...],
    "playbook": Playbook,
    "post_mortem": PostMortem,
    "prefer": ConflictSide | None,
    "promise": Promise,
    "pull": Pull,
    "quarrels": tuple[FileConflict, ...],
    "real": Incident | None,
    "report": Report,
    "review": Review,
    "role": RoleSpec | None,
    "rule": RollbackRule,
    "scenario": SpecialCase | None,
    "scenarios": tuple[Scenario, ...],
    "service": Service,
    "severity": Severity,
    "step": StepRun,
    "stories": tuple[DigestStory, ...],
    "task": Task,
    "tasks": tuple[Task, ...],
    "thing": Reminder,
    "things": tuple[Reminder, ...],
    "times": Times,
    "told": PostMortemFacts,
    "update": Update,
    "window": WatchWindow,
}  # fmt: skip
_ANSWERS = {"left": tuple[AnsweredQuestion, ...], "entries": tuple[StoryLine, ...]}
#: but in these.
_OWN: Mapping[str, Mapping[str, Type]] = {
    **dict.fromkeys(POST_MORTEM_TEXTS, _ANSWERS),
    "post_mortem": {
        **_ANSWERS,
        "asked": Mapping[str, AnsweredQuestion],
        "hotfix": HotfixFacts | None,
        "tasks": tuple[ActionLine, ...],
    },
    "learnings": {"tasks": tuple[ActionLine, ...]},
    "closed": {"owed": tuple[str, ...]},
    "close_answer": {"owed": tuple[str, ...]},
    "due_line": {"each": DueItem},
    **{
        text: {"role": RoleSpec}
        for text in ("holder_left", "role_answer", "role_changed", "role_direct")
    },
    "fix_wanted": {"step": Step},
    "resolved": {"lines": tuple[Entry, ...]},
    "scope_warning": {"rule": ScopeRule},
}


@cache
def facts_of(text: str) -> Mapping[str, Type]:
    """The type of every fact that ``text`` may speak of."""
    own = _OWN.get(text, {})
    return {name: own.get(name, _FACTS[name]) for name in (*ALWAYS, *TEMPLATES[text])}


#: Filters that hand on what they get, or a part of it in a list.
_SAME = frozenset(
    {"list", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "unique"}
)
_CALLED: Mapping[type, str] = {
    str: "a text",
    bool: "a yes or no",
    int: "a number",
    datetime: "a moment",
    timedelta: "a duration",
}
_Scope = dict[str, Type]


@dataclass(frozen=True, slots=True)
class TextMistake:
    """Where a text fails, and why."""

    text: str
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A file of macros that a text imports."""

    name: str


@dataclass(frozen=True, slots=True)
class _Method:
    """What can be called, and what that returns."""

    returns: Type


def mistaken_attributes(text: str, sources: Mapping[str, str]) -> tuple[TextMistake, ...]:
    """Every attribute that ``text``, or a part that it uses, asks a fact for in vain."""
    reader = _Reader(sources)
    reader.file(text, dict(facts_of(text)))
    return tuple(reader.found)


@lru_cache(maxsize=4096)
def parsed(source: str) -> nodes.Template | None:
    """The syntax tree of a text; none of one that Jinja does not understand."""
    try:
        return environment({}, OutputFormat.SLACK, ReadableNames()).parse(source)
    except TemplateSyntaxError:
        return None


@dataclass(slots=True)
class _Reader:
    """Goes through a text with the types of all names in mind."""

    sources: Mapping[str, str]
    found: dict[TextMistake, None] = field(default_factory=dict)
    _within: list[str] = field(default_factory=list)

    def file(self, name: str, scope: _Scope) -> None:
        tree = parsed(self.sources.get(name, ""))
        if tree is None or name in self._within:
            return
        self._within.append(name)
        self._statements(tree.body, scope)
        self._within.pop()

    def _statements(self, body: Iterable[nodes.Node], scope: _Scope) -> None:
        for node in body:
            self._statement(node, scope)

    def _statement(self, node: nodes.Node, scope: _Scope) -> None:
        match node:
            case nodes.For():
                inside = _bound(node.target, _item(self._type(node.iter, scope)))
                self._children(node, {**scope, **inside}, but=node.iter)
            case nodes.Assign():
                scope.update(_bound(node.target, self._type(node.node, scope)))
            case nodes.Import(template=nodes.Const(value=name)):
                scope[node.target] = _Part(name.removesuffix(SUFFIX))
            case nodes.Include(template=nodes.Const(value=str(name))):
                self.file(name.removesuffix(SUFFIX), dict(scope))
            case nodes.Extends(template=nodes.Const(value=name)):
                self.file(name.removesuffix(SUFFIX), dict(scope))
            case nodes.Macro():
                scope[node.name] = None  # what it gets is known where it is called
            case nodes.Block():
                self._children(node, dict(scope))
            case _:
                self._children(node, scope)

    def _children(self, node: nodes.Node, scope: _Scope, *, but: nodes.Node | None = None) -> None:
        for each in node.iter_child_nodes():
            if isinstance(each, nodes.Expr) and each is not but:
                self._type(each, scope)
            elif each is not but:
                self._statement(each, scope)

    def _type(self, node: nodes.Node, scope: _Scope) -> Type:
        """What an expression comes to; ``Any`` where that is not known."""
        kind: Type = Any
        match node:
            case nodes.Name():
                kind = scope.get(node.name, Any)
            case nodes.Getattr():
                kind = self._attribute(self._type(node.node, scope), node.attr, node.lineno)
            case nodes.Getitem():
                kind = self._element(node, scope)
            case nodes.Call():
                kind = self._result(node, scope)
            case nodes.Filter():
                kind = self._filtered(node, scope)
            case nodes.CondExpr() | nodes.Or():
                kind = _same([self._type(each, scope) for each in node.iter_child_nodes()][-2:])
            case _:
                self._children(node, scope)
        return kind

    def _element(self, node: nodes.Getitem, scope: _Scope) -> Type:
        holder = self._type(node.node, scope)
        self._type(node.arg, scope)
        return holder if isinstance(node.arg, nodes.Slice) else _item(holder, of_mapping=True)

    def _filtered(self, node: nodes.Filter, scope: _Scope) -> Type:
        kinds = [self._type(each, scope) for each in node.iter_child_nodes()]
        return kinds[0] if kinds and node.name in _SAME else Any

    def _result(self, node: nodes.Call, scope: _Scope) -> Type:
        kinds = [self._type(each, scope) for each in node.args]
        for each in node.kwargs:
            self._type(each.value, scope)
        match node.node:
            case nodes.Getattr(node=nodes.Name(name=name), attr=macro) if isinstance(
                part := scope.get(name), _Part
            ):
                self._macro(part.name, macro, kinds, node.lineno)
                return Any
            case nodes.Name(name=name) if name in scope and scope[name] is None:
                self._macro(self._within[-1], name, kinds, node.lineno)
                return Any
        called = self._type(node.node, scope)
        return called.returns if isinstance(called, _Method) else Any

    def _macro(self, part: str, name: str, kinds: Sequence[Type], line: int) -> None:
        """Go through a macro with the types of what it is called with."""
        tree = parsed(self.sources.get(part, ""))
        if tree is None or (mark := f"{part}:{name}") in self._within:
            return
        macros = {each.name: each for each in tree.body if isinstance(each, nodes.Macro)}
        if name not in macros:
            self._tell(line, f"{part}{SUFFIX} has no macro '{name}'{near(name, tuple(macros))}")
            return
        names = (each.name for each in macros[name].args)
        self._within += [mark, part]
        known = {**dict.fromkeys(macros), **dict(zip(names, kinds, strict=False))}
        self._statements(macros[name].body, known)
        del self._within[-2:]

    def _tell(self, line: int, why: str) -> None:
        self.found[TextMistake(self._within[-1], line, why)] = None

    def _attribute(self, holder: Type, name: str, line: int) -> Type:
        options = [each for each in _options(holder) if each is not NoneType]
        kinds = [each for each in (_member(option, name) for option in options) if each is not None]
        if kinds or not options:
            return kinds[0] if len(kinds) == 1 else Any
        held = get_origin(options[0]) or options[0]
        known = [each for each in dir(held) if not each.startswith("_")]
        whose = _CALLED.get(held, held.__name__)
        self._tell(line, f"{whose} has no attribute '{name}'{near(name, known)}")
        return Any


def _bound(target: nodes.Node, kind: Type) -> _Scope:
    """The names that a loop or an assignment gives to something of the type ``kind``."""
    if isinstance(target, nodes.Name):
        return {target.name: kind}
    origin: Any = get_origin(kind)
    inside = get_args(kind) if origin is tuple else ()
    names = [each.name for each in target.find_all(nodes.Name)]
    known = inside if len(inside) == len(names) else (Any,) * len(names)
    return dict(zip(names, known, strict=True))


def _options(kind: Type) -> tuple[Type, ...]:
    return get_args(kind) if get_origin(kind) in {Union, UnionType} else (kind,)


def _same(kinds: Sequence[Type]) -> Type:
    """The one type that all of these are, apart from being there; else any."""
    known = {each for kind in kinds for each in _options(kind) if each is not NoneType}
    return known.pop() if len(known) == 1 else Any


def _item(holder: Type, *, of_mapping: bool = False) -> Type:
    """What a list holds, or what stands in a mapping under a key."""
    origin: Any = get_origin(holder)
    inside = get_args(holder)
    if origin is Mapping:
        return inside[1] if of_mapping else inside[0]
    is_list = origin in {Sequence, frozenset} or (origin is tuple and Ellipsis in inside)
    return inside[0] if is_list else Any


def _member(holder: Type, name: str) -> Type | None:
    """The type of an attribute; none if there is no such attribute, ``Any`` if it is not known."""
    kind: Any = get_origin(holder) or holder
    if kind is Mapping:
        values: Type = tuple.__class_getitem__((get_args(holder)[1], ...))
        return _Method(values) if name == "values" else Any
    if kind in {Any, object} or not isinstance(kind, type):
        return Any
    value = getattr(kind, name, None)
    if name in _hints(kind):
        return _hints(kind)[name]
    if isinstance(value, property):
        return _hints(value.fget).get("return", Any)
    if isinstance(value, FunctionType):
        return _Method(_hints(value).get("return", Any))
    return Any if hasattr(kind, name) else None


@lru_cache(maxsize=1024)
def _hints(kind: Any) -> Mapping[str, Type]:
    try:
        return get_type_hints(kind)
    except (NameError, TypeError):  # it names what only a type checker imports
        return {}
