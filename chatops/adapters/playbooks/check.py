"""Checks a playbook's folder as a whole: its policy, how it fits together, and its texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chatops.adapters.playbooks.folders import (
    POLICY,
    digests_of,
    find_templates,
    shared_folders,
    text_files,
)
from chatops.adapters.playbooks.pipeline_checks import hotfix_findings
from chatops.adapters.playbooks.policy_checks import policy_findings
from chatops.adapters.playbooks.schema import shape
from chatops.adapters.playbooks.text_checks import read_texts, static_problems, trial_problems
from chatops.adapters.playbooks.yaml_source import BrokenPlaybook, PlaybookProblem, read
from chatops.domain.playbook.policy import Playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What a folder holds, as far as it can be read, and all that is wrong with it."""

    playbook: Playbook | None
    texts: Mapping[str, str]
    files: Mapping[str, Path]
    problems: tuple[PlaybookProblem, ...]


def examine(folder: Path, *, templates: Path | None = None) -> Examined:
    """Read a playbook and look at everything that can be seen without trying its texts."""
    playbook, found = _policy(folder)
    shared: dict[str, Path] = {}
    for each in shared_folders(folder, templates=templates or find_templates()):
        shared |= text_files(each)
    own = text_files(folder)
    files = shared | own
    texts, unreadable = read_texts(files)
    spoken = {name: texts[name] for name in own if name in texts}
    found += [*unreadable, *static_problems(own, spoken)]
    return Examined(playbook=playbook, texts=texts, files=files, problems=_sorted(found))


def check(path: Path, *, templates: Path | None = None) -> list[PlaybookProblem]:
    """Everything that is wrong with the playbook in ``path``; empty if it is fine.

    Each text is also tried in every situation and on every surface. What is as it was when
    last checked is not tried again.
    """
    shipped = templates or find_templates()
    try:
        digests = digests_of(path, templates=shipped)
    except OSError:
        return list(_problems(path, shipped))
    return list(_found(path, shipped, digests))


@lru_cache(maxsize=16)
def _found(
    path: Path, templates: Path, _digests: frozenset[tuple[Path, bytes]]
) -> tuple[PlaybookProblem, ...]:
    return _problems(path, templates)


def _problems(path: Path, templates: Path) -> tuple[PlaybookProblem, ...]:
    examined = examine(path, templates=templates)
    if examined.problems or examined.playbook is None:
        return examined.problems
    tried = trial_problems(examined.playbook, examined.files, examined.texts)
    return _sorted(list(tried))


def _policy(folder: Path) -> tuple[Playbook | None, list[PlaybookProblem]]:
    try:
        document = read(folder / POLICY)
        playbook = shape(document, name=folder.resolve().name)
    except BrokenPlaybook as error:
        return None, list(error.problems)
    findings = (*policy_findings(playbook), *hotfix_findings(playbook))
    return playbook, [document.problem(place, message) for place, message in findings]


def _sorted(problems: list[PlaybookProblem]) -> tuple[PlaybookProblem, ...]:
    return tuple(sorted(problems, key=lambda each: (str(each.file), each.line, each.field)))
