"""What files hold at a commit, read in batches, and found again where they have moved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from chatops.adapters.git.alignment.line_mapping import Alignment, align, merge_texts
from chatops.adapters.git.alignment.presence import Text
from chatops.adapters.git.objects.objects import DIRECTORY, SUBMODULE, TreeEntry, read_objects
from chatops.adapters.git.objects.repository import Repository

_LARGEST: Final = 4_000_000
_MOST_CANDIDATES: Final = 12
_EVERYTHING: Final = 1 << 40


@dataclass(slots=True)
class BlobCache:
    """The texts of blobs and the entries of trees, each read once."""

    repo: Repository
    _texts: dict[str, Text | None] = field(default_factory=dict)
    _names: dict[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    _alignments: dict[tuple[str, str], Alignment] = field(default_factory=dict)

    def entries(self, commit: str, paths: Iterable[str]) -> dict[str, TreeEntry]:
        """`git ls-tree COMMIT -- PATH…`: the entries that are there, by path."""
        wanted = sorted(set(paths))
        if not wanted:
            return {}
        listed = self.repo.run("ls-tree", "-z", "--full-tree", commit, "--", *wanted).fields()
        return {path: entry for path, entry in map(_entry, listed) if entry.mode != DIRECTORY}

    def load(self, oids: Iterable[str]) -> None:
        """`git cat-file --batch` of the blobs that were not read before."""
        fresh = [oid for oid in dict.fromkeys(oids) if oid.strip("0") and oid not in self._texts]
        found = read_objects(self.repo, fresh)
        for oid in fresh:
            stored = found.get(oid)
            self._texts[oid] = _text(stored.content) if stored and stored.kind == "blob" else None

    def text(self, oid: str) -> Text | None:
        """The text of a loaded blob; None for what is no text."""
        return self._texts.get(oid)

    def alignment(self, old: str, new: str) -> Alignment:
        """How the lines of one blob stand in another; nothing of an empty one stands there."""
        if not old.strip("0"):
            return Alignment(((0, _EVERYTHING),))
        if (old, new) not in self._alignments:
            self._alignments[old, new] = align(self.repo, old, new)
        return self._alignments[old, new]

    def merged(self, ours: str, base: str, theirs: str) -> Text | None:
        """What of the change from one loaded blob to another would still apply to a third."""
        texts = [self.text(oid) for oid in (ours, base, theirs)]
        if any(text is None for text in texts):
            return None
        return Text(merge_texts(self.repo, *(text.content for text in texts if text)))

    def moved(
        self, commit: str, path: str, like: str, *, alike: float, same_folder: bool = False
    ) -> TreeEntry | None:
        """The file of the same name elsewhere in the commit that is most like the blob ``like``.

        With ``same_folder``, the folder that holds it must have the same name too.
        """
        model = self.text(like)
        candidates = [
            place
            for place in self._same_name(commit, path)
            if not same_folder or _folder(place) == _folder(path)
        ]
        if model is None or not candidates:
            return None
        entries = self.entries(commit, candidates[:_MOST_CANDIDATES])
        self.load(entry.oid for entry in entries.values() if entry.mode != SUBMODULE)
        rated = [
            (model.likeness(text), place)
            for place, entry in entries.items()
            if (text := self.text(entry.oid))
        ]
        best, place = max(rated, default=(0.0, ""))
        return entries[place] if best >= alike else None

    def _same_name(self, commit: str, path: str) -> Sequence[str]:
        """`git ls-tree -r --name-only COMMIT`, by file name."""
        if commit not in self._names:
            names: dict[str, list[str]] = {}
            for place in self.repo.run("ls-tree", "-r", "-z", "--name-only", commit).fields():
                names.setdefault(PurePosixPath(place).name, []).append(place)
            self._names[commit] = names
        return self._names[commit].get(PurePosixPath(path).name, ())


def _folder(path: str) -> str:
    return PurePosixPath(path).parent.name


def _entry(line: str) -> tuple[str, TreeEntry]:
    head, _, path = line.partition("\t")
    mode, _kind, oid = head.split(" ")
    return path, TreeEntry(mode=mode, oid=oid)


def _text(content: bytes) -> Text | None:
    return None if len(content) > _LARGEST or b"\0" in content[:8000] else Text(content)
