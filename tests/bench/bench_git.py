"""Backport in a large repository against the other ways, and the proof over a long branch.

Run as ``python -m tests.bench.bench_git [--full] [--files N] [--commits N] [--repeats N]
[--slow-repeats N] [--place DIR]``. Cloning and checking out take by far the longest, so they are
measured less often than the engine and bare plumbing.
"""

import shutil
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from rich.table import Table

from chatops.adapters.git.alignment.prove import prove
from chatops.adapters.git.merge.cherry_pick import Made, pick
from chatops.adapters.git.objects.commits import Committer
from chatops.adapters.git.objects.mirror import Mirror, Remote, mirror_place
from chatops.adapters.git.objects.push import create_branch, push
from chatops.adapters.git.objects.repository import GitRunner
from chatops.domain.git.alignment import Containment
from chatops.domain.git.names import BranchName, CommitId
from chatops.domain.git.urls import RemoteUrl
from tests.bench.generated_repository import Large, generate, git
from tests.bench.options import Options
from tests.bench.tables import print_table

BOT = Committer(name="Bot", email="bot@example.com", at=datetime(2026, 3, 4, tzinfo=UTC))
DEVELOP = BranchName("develop")
MOST_OF_PLUMBING, LEAST_OF_CLONE = 1.5, 10
#: Smaller ratios are printed as one in so many.
LEAST_TOLD_AS_IT_IS = 0.5
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


def measure(ways: Mapping[str, Way], fixes: Sequence[str]) -> dict[str, float]:
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
        "never brought": lambda fix, _: _answers(mirror, fix, str(tip), Containment.ABSENT),
        "merged": lambda fix, _: _answers(mirror, fix, merged, Containment.CONTAINED),
    }
    return measure(ways, fixes)


def _answers(mirror: Mirror, fix: str, tip: str, expected: Containment) -> None:
    assert prove(mirror.repo, CommitId(fix), CommitId(tip)).answer is expected


def _done(_words: str) -> None:
    pass


def show_backport(size: str, seconds: Mapping[str, float]) -> None:
    table = Table("way", "median ms", "engine to it", "goal")
    goals = {"plumbing": f"at most {MOST_OF_PLUMBING}", "clone": f"at most 1 / {LEAST_OF_CLONE}"}
    for name, median in seconds.items():
        ratio = seconds["engine"] / median
        told = f"{ratio:.2f}" if ratio > LEAST_TOLD_AS_IT_IS else f"1 / {1 / ratio:.0f}"
        table.add_row(name, f"{median * 1000:.0f}", told, goals.get(name, ""))
    print_table(f"Backport: fetch, pick, push ({size})", table)


def show_proof(size: str, seconds: Mapping[str, float]) -> None:
    table = Table("way", "median ms", "ratio to git cherry")
    for name, median in seconds.items():
        table.add_row(name, f"{median * 1000:.0f}", f"{median / seconds['git cherry']:.2f}")
    print_table(f"Proof over develop ({size})", table)


def main() -> None:
    options = Options(__doc__)
    options.size("files", 10_000, full=100_000)
    options.size("commits", 2_000, full=20_000)
    options.size("repeats", 15, full=15)
    options.size("slow-repeats", 1, full=3)
    options.add_argument("--place", type=Path, help="where to make the repository")
    asked = options.read()
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
        fast = {"engine": ways.engine, "plumbing": ways.plumbing}
        slow = {"work tree": ways.work_tree, "clone": ways.clone}
        brought = measure(fast, large.fixes) | measure(slow, large.fixes[: asked.slow_repeats])
        size = f"{asked.files:,} files, {asked.commits:,} commits"
        show_backport(size, brought)
        show_proof(size, measure_proof(mirror, large.fixes, large))


if __name__ == "__main__":
    main()
