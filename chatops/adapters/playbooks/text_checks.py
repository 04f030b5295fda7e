"""Tries every text of a playbook: is it known, understood, and fit for where it is shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import TemplateSyntaxError, meta, nodes

from chatops.adapters.playbooks.filters import ReadableNames
from chatops.adapters.playbooks.rendering import SUFFIX, BrokenText, environment, render
from chatops.adapters.playbooks.schema import adapter
from chatops.adapters.playbooks.text_facts import TextMistake, mistaken_attributes, parsed
from chatops.adapters.playbooks.trial_facts import FactMaker, fact_makers
from chatops.adapters.playbooks.yaml_source import PlaybookProblem, near
from chatops.domain.messages.templates import ALWAYS, LIMIT, LIMITS, TEMPLATES, OutputFormat
from chatops.domain.playbook.policy import Playbook

#: A file that other texts include begins with it, and needs no row of its own.
_SHARED_PART = "_"


def read_texts(files: Mapping[str, Path]) -> tuple[dict[str, str], list[PlaybookProblem]]:
    """The source of each text by name, and what could not be read."""
    sources: dict[str, str] = {}
    found: list[PlaybookProblem] = []
    for name, file in sorted(files.items()):
        try:
            sources[name] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            found.append(_problem(file, 1, f"cannot be read: {error}"))
    return sources, found


def static_problems(
    files: Mapping[str, Path], sources: Mapping[str, str]
) -> Iterator[PlaybookProblem]:
    """Find texts that nobody shows, that Jinja does not understand, or that use unknown names."""
    sandbox = environment(sources, OutputFormat.SLACK, ReadableNames())
    for name, source in sources.items():
        file = files[name]
        if name not in TEMPLATES and not name.startswith(_SHARED_PART):
            yield _problem(file, 1, f"no text is called “{name}”{near(name, tuple(TEMPLATES))}")
            continue
        try:
            tree = sandbox.parse(source)
            sandbox.compile(tree)
        except TemplateSyntaxError as error:
            yield _problem(file, error.lineno, error.message or "is not understood")
            continue
        yield from _unknown_names(file, name, tree)


def _unknown_names(file: Path, name: str, tree: nodes.Template) -> Iterator[PlaybookProblem]:
    if name.startswith(_SHARED_PART):
        return
    known = (*ALWAYS, *TEMPLATES[name])
    found = meta.find_undeclared_variables(tree) - {*known, *_imported(tree)}
    for unknown in sorted(found):
        line = next(node.lineno for node in tree.find_all(nodes.Name) if node.name == unknown)
        hint = near(unknown, known) or f"; it may speak of {', '.join(known)}"
        yield _problem(file, line, f"“{unknown}” is not known in this text{hint}")


def _imported(tree: nodes.Template) -> set[str]:
    """The names that a text gives to parts which it imports; its blocks know them as well."""
    return {node.target for node in tree.body if isinstance(node, nodes.Import)}


def trial_problems(
    playbook: Playbook, files: Mapping[str, Path], sources: Mapping[str, str]
) -> Iterator[PlaybookProblem]:
    """Find texts that ask facts for what they do not have, that fail, or that grow too long.

    A text that was tried before, under the same policy, is not tried again.
    """
    policy = adapter().dump_json(playbook)
    names = sorted(TEMPLATES.keys() & files.keys() & sources.keys())
    outcomes = {name: _outcome(name, _with_parts(name, sources), policy) for name in names}
    told = [(name, mistake) for name in names for mistake in outcomes[name].mistakes]
    yield from dict.fromkeys(
        _problem(files.get(mistake.text, files[name]), mistake.line, mistake.why)
        for name, mistake in told
    )
    yield from _too_long(files, {name: outcomes[name].size for name in names})


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of trying a text; ``size`` is the largest it grew where it has a limit."""

    mistakes: tuple[TextMistake, ...]
    size: int = 0


@lru_cache(maxsize=4096)
def _outcome(name: str, sources: frozenset[tuple[str, str]], policy: bytes) -> _Outcome:
    if mistakes := mistaken_attributes(name, dict(sources)):
        return _Outcome(mistakes)
    found: dict[TextMistake, None] = {}
    size = 0
    read_on = LIMITS.get(name, LIMIT)[0]
    for output in OutputFormat:
        sandbox = environment(dict(sources), output, ReadableNames())
        for maker in _makers(policy, every=output is read_on):
            if not (facts := maker.facts_for(name)):
                continue
            try:
                text = render(sandbox, name, output=output, facts=facts)
            except BrokenText as error:
                found[TextMistake(error.file, error.line, error.why)] = None
                continue
            size = max(size, len(text)) if output is read_on else size
    return _Outcome(tuple(found), size)


@lru_cache(maxsize=4)
def _makers(policy: bytes, *, every: bool) -> tuple[FactMaker, ...]:
    """Who makes the facts of texts: in ``every`` manner, or in those that differ most."""
    makers = tuple(fact_makers(adapter().validate_json(policy)))
    return makers if every else tuple({each.manner.words: each for each in makers}.values())


def _with_parts(name: str, sources: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """The source of a text, and of every other one that it may include."""
    found: dict[str, str] = {}
    wanted = [name]
    while wanted:
        each = wanted.pop()
        if each in found or each not in sources:
            continue
        found[each] = sources[each]
        parts = _parts(sources[each])
        if None in parts:  # it works out which one to include
            return frozenset(sources.items())
        wanted += [part.removesuffix(SUFFIX) for part in parts if part is not None]
    return frozenset(found.items())


@lru_cache(maxsize=4096)
def _parts(source: str) -> frozenset[str | None]:
    """The names that a text includes others by; none of one that Jinja does not understand."""
    tree = parsed(source) if "{%" in source else None
    return frozenset(meta.find_referenced_templates(tree)) if tree else frozenset()


def _too_long(files: Mapping[str, Path], sizes: Mapping[str, int]) -> Iterator[PlaybookProblem]:
    for name, size in sizes.items():
        limit = LIMITS.get(name, LIMIT)[1]
        if size > limit:
            yield _problem(
                files[name],
                1,
                f"may grow to {size:,} characters, and {limit:,} is the most;"
                " cut what people wrote with “|line(200)” or “|passage(600)”",
            )


def _problem(file: Path, line: int, message: str) -> PlaybookProblem:
    return PlaybookProblem(file=file, line=line, field="", message=message)
