"""The chosen playbook, loaded once, and every older snapshot that an open incident lives under."""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from copy import copy
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Self, TypeVar

from chatops.adapters.playbooks.check import examine
from chatops.adapters.playbooks.filters import ReadableNames
from chatops.adapters.playbooks.folders import SHARED, digests_of, find_templates, text_files
from chatops.adapters.playbooks.rendering import BrokenText, Sandbox, environment, render
from chatops.adapters.playbooks.schema import adapter
from chatops.adapters.playbooks.yaml_source import BrokenPlaybook
from chatops.domain.messages.templates import OutputFormat
from chatops.domain.playbook.policy import Playbook, Snapshot

_log = logging.getLogger(__name__)

_KEPT = 64
_K = TypeVar("_K")
_V = TypeVar("_V")


def load(folder: Path, *, templates: Path | None = None) -> Snapshot:
    """Take a snapshot of the playbook in ``folder``: its policy, and every text it can say.

    One that is as it was when last loaded is not examined again.

    Raises:
        BrokenPlaybook
    """
    shipped = templates or find_templates()
    try:
        digests = digests_of(folder, templates=shipped)
    except OSError:
        return _examined(folder, shipped)
    return _loaded(folder, shipped, digests)


@lru_cache(maxsize=_KEPT)
def _loaded(folder: Path, templates: Path, _digests: frozenset[tuple[Path, bytes]]) -> Snapshot:
    return _examined(folder, templates)


def _examined(folder: Path, templates: Path) -> Snapshot:
    examined = examine(folder, templates=templates)
    if examined.playbook is None or examined.problems:
        raise BrokenPlaybook(examined.problems)
    return snapshot(examined.playbook, examined.texts)


@lru_cache(maxsize=_KEPT)
def _sandbox(
    texts: frozenset[tuple[str, str]], output: OutputFormat, names: ReadableNames
) -> Sandbox:
    """Where texts are rendered; the same one for the same texts, for it compiles each but once."""
    return environment(dict(texts), output, names)


def _shipped(templates: Path) -> dict[str, str]:
    """The words that come with the product."""
    files = text_files(templates / SHARED)
    return {name: file.read_text(encoding="utf-8") for name, file in files.items()}


def snapshot(playbook: Playbook, sources: Mapping[str, str]) -> Snapshot:
    """Freeze a playbook and its texts under a digest of both."""
    document = adapter().dump_json(playbook).decode()
    body = json.dumps([document, dict(sorted(sources.items()))], ensure_ascii=False)
    digest = hashlib.sha256(body.encode()).hexdigest()
    return Snapshot(digest=digest, name=playbook.name, document=document, texts=sources)


def revived(old: Snapshot) -> Playbook:
    """The playbook of ``old``; what later versions of the product no longer know is left out."""
    return adapter().validate_json(old.document, extra="ignore")


class PlaybookRepository:
    """Hands out the chosen playbook and renders texts of any snapshot."""

    def __init__(
        self,
        folder: Path,
        *,
        templates: Path | None = None,
        names: ReadableNames | None = None,
        command: str = "/incident",
        hotfix_command: str = "/hotfix",
        site: str = "",
    ) -> None:
        self._folder = folder
        self._templates = templates
        self._names = names or ReadableNames()
        self._around = {"command": command, "hotfix_command": hotfix_command}
        self.site = site
        self._lock = Lock()
        self._revived: dict[str, Playbook] = {}
        self._rooms: dict[tuple[str, OutputFormat], Callable[[str, Mapping[str, object]], str]] = {}
        self._current = load(folder, templates=templates)

    def with_pages_at(self, site: str) -> Self:
        """The same playbook, in texts that lead to the bot's own pages at ``site``."""
        other = copy(self)
        other.site = site
        return other

    def current(self) -> Snapshot:
        """The chosen playbook as it was when last loaded."""
        return self._current

    def reload(self) -> Snapshot:
        """Read the folder again; if it is broken, the loaded playbook stays.

        Raises:
            BrokenPlaybook
        """
        self._current = load(self._folder, templates=self._templates)
        return self._current

    def revive(self, snapshot: Snapshot) -> Playbook:
        """The playbook of a snapshot, whatever has become of its folder since."""
        return self._kept(self._revived, snapshot.digest, lambda: revived(snapshot))

    def say(
        self, snapshot: Snapshot, text: str, *, output: OutputFormat, facts: Mapping[str, object]
    ) -> str:
        """Render a text of ``snapshot`` for ``surface``.

        A text that a team words itself and that cannot be rendered must not stop an incident:
        it is logged, and said in the shipped words.

        Raises:
            BrokenText: the shipped text is broken as well.
        """
        speak = self._kept(
            self._rooms, (snapshot.digest, output), lambda: self._speaker(snapshot, output)
        )
        known = {"playbook": self.revive(snapshot), **self._around, "site": self.site, **facts}
        try:
            return speak(text, known)
        except BrokenText as broken:
            shipped = _shipped(self._templates or find_templates())
            if snapshot.texts.get(text) == shipped.get(text):
                raise
            extra = {"action": "text", "text": text, "why": str(broken)}
            _log.warning("A text cannot be shown; the shipped wording is used", extra=extra)
            sandbox = environment(shipped, output, self._names)
            return render(sandbox, text, output=output, facts=known)

    def _speaker(
        self, snapshot: Snapshot, output: OutputFormat
    ) -> Callable[[str, Mapping[str, object]], str]:
        # A text that is newer than the snapshot is spoken in today's words.
        sources = {**self._current.texts, **snapshot.texts}
        sandbox = _sandbox(frozenset(sources.items()), output, self._names)
        return lambda text, facts: render(sandbox, text, output=output, facts=facts)

    def _kept(self, cache: dict[_K, _V], key: _K, make: Callable[[], _V]) -> _V:
        with self._lock:
            if key in cache:
                return cache[key]
        made = make()
        with self._lock:
            while len(cache) >= _KEPT:
                del cache[next(iter(cache))]
            return cache.setdefault(key, made)
