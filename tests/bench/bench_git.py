"""Backport in a large repository against the other ways, and the proof over a long branch.

Run as ``python -m tests.bench.bench_git [--files N] [--commits N] [--repeats N] [--place DIR]``;
the full size is 100,000 files and 20,000 commits.
"""

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from chatops.domain.alignment import Answer
from chatops.domain.git_names import BranchName, CommitId
from chatops.domain.git_urls import RemoteUrl
from chatops.gitops.commits import Hands
from chatops.gitops.mirror import Mirror, mirror_place
from chatops.gitops.picking import Made, pick
from chatops.gitops.proof import prove
from chatops.gitops.pushing import create_branch, push
from chatops.gitops.remotes import Remote
from chatops.gitops.runner import GitRunner
from tests.bench.generated_repository import Large, generate, git

BOT = Hands(name="Bot", email="bot@example.com", at=datetime(2026, 3, 4, tzinfo=UTC))
DEVELOP = BranchName("develop")
Way = Callable[[str, str], None]


@dataclass(frozen=True)
class Ways:
    """Each way to bring a fix to develop and push the result to a new branch."""

    large: Large
    mirror: Mirror
    place: Path

    def engine(self, fix: str, branch: str) -> None:
        self.mirror.fetch()
        tip = self.mirror.tip(DEVELOP)
        made = pick(self.mirror.repo, source=CommitId(fix), onto=tip, by=BOT)
        assert isinstance(made, Made)
        assert push(self.mirror, [create_branch(BranchName(branch), at=made.tip)]).done

    def plumbing(self, fix: str, branch: str) -> None:
        place = self.mirror.place
        git(place, "fetch", "-q", "--prune", "origin", "+refs/heads/*:refs/remotes/origin/*")
        tip = git(place, "rev-parse", "refs/remotes/origin/develop")
        ours = git(place, "commit-tree", "-p", f"{fix}^", "-m", "ours", f"{tip}^{{tree}}")
        tree = git(place, "merge-tree", "--write-tree", ours, fix)
        message = git(place, "log", "-1", "--format=%B", fix)
        made = git(place, "commit-tree", "-p", tip, "-m", message, tree)
        git(place, "push", "-q", "origin", f"{made}:refs/heads/{branch}")

    def work_tree(self, fix: str, branch: str) -> None:
        tree, place = self.place / "tree", self.mirror.place
        git(place, "fetch", "-q", "--prune", "origin", "+refs/heads/*:refs/remotes/origin/*")
        git(place, "worktree", "add", "-q", "--detach", str(tree), "refs/remotes/origin/develop")
        git(tree, "cherry-pick", "-x", fix)
        git(tree, "push", "-q", "origin", f"HEAD:refs/heads/{branch}")
        git(place, "worktree", "remove", "--force", str(tree))

    def clone(self, fix: str, branch: str) -> None:
        clone = self.place / "clone"
        git(self.place, "clone", "-q", "-b", "develop", self.large.remote.as_uri(), str(clone))
        git(clone, "cherry-pick", "-x", fix)
        git(clone, "push", "-q", "origin", f"HEAD:refs/heads/{branch}")
        shutil.rmtree(clone)


def measure(ways: Mapping[str, Way], fixes: list[str]) -> dict[str, float]:
    """The median seconds of each way over the fixes, taken in turn."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number, fix in enumerate(fixes):
        for name, way in ways.items():
            began = perf_counter()
            way(fix, f"backport/{name.replace(' ', '-')}-{number}")
            taken[name].append(perf_counter() - began)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def measure_proof(mirror: Mirror, fixes: list[str], large: Large) -> dict[str, float]:
    """The median seconds of a proof over develop, absent and contained, and of `git cherry`."""
    tip = mirror.tip(DEVELOP)
    merged = git(
        mirror.place, "commit-tree", "-p", str(tip), "-p", large.fixes[-1], "-m", "Merge",
        git(mirror.place, "merge-tree", "--write-tree", str(tip), large.fixes[-1]),
    )  # fmt: skip
    ways: dict[str, Way] = {
        "git cherry": lambda fix, _: _done(git(mirror.place, "cherry", str(tip), fix, f"{fix}^")),
        "never brought": lambda fix, _: _answers(mirror, fix, str(tip), Answer.ABSENT),
        "merged": lambda fix, _: _answers(mirror, fix, merged, Answer.CONTAINED),
    }
    return measure(ways, fixes)


def _answers(mirror: Mirror, fix: str, tip: str, expected: Answer) -> None:
    assert prove(mirror.repo, CommitId(fix), CommitId(tip)).answer is expected


def _done(_words: str) -> None:
    pass


def show(title: str, seconds: Mapping[str, float], against: str) -> None:
    table = Table("way", "median ms", f"ratio to {against}", title=title)
    for name, median in seconds.items():
        table.add_row(name, f"{median * 1000:.0f}", f"{median / seconds[against]:.2f}")
    Console().print(table)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=100_000)
    options.add_argument("--commits", type=int, default=20_000)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--place", type=Path, default=None)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.place) as folder:
        place = Path(folder)
        large = generate(place, files=asked.files, commits=asked.commits, fixes=asked.repeats)
        url = RemoteUrl(str(large.remote))
        mirror = Mirror(
            place=mirror_place(place / "data", url), remote=Remote(url=url), runner=GitRunner()
        )
        mirror.fetch()
        mirror.tidy()
        ways = Ways(large=large, mirror=mirror, place=place)
        brought = measure(
            {
                "engine": ways.engine,
                "plumbing": ways.plumbing,
                "work tree": ways.work_tree,
                "clone": ways.clone,
            },
            large.fixes,
        )
        size = f"{asked.files:,} files, {asked.commits:,} commits"
        show(f"Backport: fetch, pick, push ({size})", brought, "engine")
        proved = measure_proof(mirror, large.fixes, large)
        show(f"Proof over develop ({size})", proved, "git cherry")


if __name__ == "__main__":
    main()
