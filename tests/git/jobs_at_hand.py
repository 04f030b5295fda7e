"""One job of each kind for a stocked yard with a hotfix, ready to be performed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from chatops.application.ports.git import (
    BringBack,
    BumpVersion,
    Job,
    Merge,
    Pick,
    RemoveBranch,
    Revert,
    StartBranch,
    Tag,
)
from chatops.domain.playbook.pipeline import (
    BackportMethod,
    MergeWay,
    VersionFile,
    VersionFileKind,
    VersionRule,
)
from tests.git.yard import Yard, hotfix, signed, stock, with_line


def stock_for_jobs(yard: Yard) -> None:
    """Everything that one of the jobs needs, and a note of each push that changes something."""
    stock(yard)
    hotfix(yard)
    yard.engineer.branch("done", "main")
    yard.engineer.switch("develop")
    yard.engineer.commit({"other.txt": with_line(3, "fixed")}, "Fix it there (#3)")
    yard.engineer.branch("conflict", "develop")
    yard.engineer.commit({"app.txt": with_line(3, "otherwise")}, "Otherwise")
    yard.engineer.switch("main")
    yard.engineer.commit({"other.txt": with_line(9, "broken")}, "Break it")
    yard.push()
    yard.install_hook("post-update", 'echo "$@" >> pushes')


def _start(_: Yard) -> Job:
    return StartBranch(branch="hotfix/y")


def _revert(yard: Yard) -> Job:
    broken = str(yard.head("main"))
    return Revert(commit=broken, branch="main", message="Back", signed=signed("revert"))


def _pick(_: Yard) -> Job:
    return Pick(commit="#3", branch="main", signed=signed("pick"))


def _bump(_: Yard) -> Job:
    rule = VersionRule(files=(VersionFile(kind=VersionFileKind.VERSION, path="VERSION"),))
    return BumpVersion(
        branch="main", rule=rule, tag_pattern="v{version}", message="{version}",
        signed=signed("bump"),
    )  # fmt: skip


def _merge(yard: Yard, way: MergeWay = MergeWay.NO_FF) -> Job:
    head = str(yard.head("hotfix/x"))
    return Merge(commit=head, into="main", way=way, message="Merge", signed=signed("merge"))


def _squash(yard: Yard) -> Job:
    return _merge(yard, MergeWay.SQUASH)


def _tag(yard: Yard) -> Job:
    return Tag(tag="v1.2.4", commit=str(yard.head("main")), message="Hotfix", signed=signed("tag"))


def _bring(yard: Yard, method: BackportMethod = BackportMethod.CHERRY_PICK) -> BringBack:
    bump = yard.head("hotfix/x")
    fix, base = (yard.inside("rev-parse", f"{bump}~{back}") for back in (1, 2))
    return BringBack(
        target="develop", method=method, commits=(fix,), base=base, head=str(bump),
        bump=str(bump), message="Merge back", signed=signed("backport"),
    )  # fmt: skip


def _carry(yard: Yard) -> Job:
    return replace(_bring(yard), pull_branch="backport/x")


def _merge_back(yard: Yard) -> Job:
    return _bring(yard, BackportMethod.MERGE)


def _draft(yard: Yard) -> Job:
    return replace(_bring(yard), target="conflict", pull_branch="backport/x", draft=True)


def _remove(_: Yard) -> Job:
    return RemoveBranch(branch="done", kept_in="main")


JOBS: Final[Mapping[str, Callable[[Yard], Job]]] = {
    "start": _start,
    "revert": _revert,
    "pick": _pick,
    "bump": _bump,
    "merge": _merge,
    "squash": _squash,
    "tag": _tag,
    "bring": _bring,
    "carry": _carry,
    "merge back": _merge_back,
    "draft": _draft,
    "remove": _remove,
}
