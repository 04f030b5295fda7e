"""Checks the attributes that a text asks facts for against the types of the facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from types import FunctionType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from jinja2 import TemplateSyntaxError, nodes

from chatops.adapters.playbooks.filters import ReadableNames
from chatops.adapters.playbooks.problems import near
from chatops.adapters.playbooks.rendering import SUFFIX, environment
from chatops.adapters.playbooks.text_facts import Type, facts_of
from chatops.domain.messages.templates import OutputFormat

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
