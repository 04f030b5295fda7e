"""Maps one version of a file to another, and tries out whether a change would still apply."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chatops.adapters.git.objects.repository import Repository

_HUNK = re.compile(rb"(?m)^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where another version differs: from which line on, and how many lines were replaced.

    Nothing replaced means that lines came in after that line.
    """

    changes: Sequence[tuple[int, int]]

    def keeps(self, first: int, count: int) -> bool:
        """Whether ``count`` lines from ``first`` on stand together in the other version."""
        last = first + count - 1
        return not any(
            (start <= last and start + length > first) if length else first <= start < last
            for start, length in self.changes
        )


def align(repo: Repository, old: str, new: str) -> Alignment:
    """`git diff -U0 OLD NEW` of two blobs."""
    out = repo.run(
        "diff", "-U0", "--no-color", "--no-ext-diff", "--no-textconv", "--ignore-space-at-eol",
        "--text", "--diff-algorithm=histogram", old, new, "--", expect=(0, 1),
    ).out  # fmt: skip
    return Alignment([(int(found[1]), int(found[2] or b"1")) for found in _HUNK.finditer(out)])


def merge_texts(repo: Repository, ours: str, base: str, theirs: str) -> bytes:
    """`git merge-file -p --ours OURS BASE THEIRS`: what would still apply, and ours elsewhere."""
    with TemporaryDirectory(prefix="chatops-git-") as place:
        names = ("ours", "base", "theirs")
        for name, text in zip(names, (ours, base, theirs), strict=True):
            Path(place, name).write_bytes(text.encode("utf-8", "surrogateescape"))
        files = [str(Path(place, name)) for name in names]
        return repo.run("merge-file", "-p", "--quiet", "--ours", *files).out
