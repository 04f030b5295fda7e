"""Tries every text of a playbook: is it known, understood, and fit for where it is shown."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import TemplateSyntaxError, meta, nodes

from chatops.domain.policy import Playbook
from chatops.domain.texts import ALWAYS, LIMIT, LIMITS, TEXTS, Surface
from chatops.playbooks.problems import PlaybookProblem, near
from chatops.playbooks.prose import Names
from chatops.playbooks.rendering import BrokenText, environment, render
from chatops.playbooks.samples import Scene, chapters, scenes

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
    sandbox = environment(sources, Surface.SLACK, Names())
    for name, source in sources.items():
        file = files[name]
        if name not in TEXTS and not name.startswith(_SHARED_PART):
            yield _problem(file, 1, f"no text is called “{name}”{near(name, tuple(TEXTS))}")
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
    known = (*ALWAYS, *TEXTS[name])
    for unknown in sorted(meta.find_undeclared_variables(tree) - set(known)):
        line = next(node.lineno for node in tree.find_all(nodes.Name) if node.name == unknown)
        hint = near(unknown, known) or f"; it may speak of {', '.join(known)}"
        yield _problem(file, line, f"“{unknown}” is not known in this text{hint}")


def trial_problems(
    playbook: Playbook, files: Mapping[str, Path], sources: Mapping[str, str]
) -> Iterator[PlaybookProblem]:
    """Find texts that fail, or grow too long, in some situation on some surface."""
    found: dict[tuple[Path, int, str], PlaybookProblem] = {}
    sizes: dict[str, int] = {}
    for surface in Surface:
        sandbox = environment(sources, surface, Names())
        for scene in _scenes(playbook, surface):
            for name in sorted(TEXTS.keys() & files.keys()):
                facts = scene.facts_for(name)
                if not set(TEXTS[name]) <= facts.keys():
                    continue
                try:
                    text = render(sandbox, name, surface=surface, facts=facts)
                except BrokenText as error:
                    problem = _problem(files.get(error.file, files[name]), error.line, error.why)
                    found[problem.file, problem.line, problem.message] = problem
                    continue
                if surface is LIMITS.get(name, LIMIT)[0]:
                    sizes[name] = max(sizes.get(name, 0), len(text))
    yield from found.values()
    yield from _too_long(files, sizes)


def _scenes(playbook: Playbook, surface: Surface) -> Iterator[Scene]:
    """Every situation; the story of a hotfix is told in full where people follow it."""
    for severity in playbook.severities:
        yield from scenes(playbook, severity)
    if surface is Surface.SLACK:
        yield from chapters(playbook)


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
