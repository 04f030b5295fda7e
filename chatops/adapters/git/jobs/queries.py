"""Answers what is asked of a repository: its log, the state of a branch, whether a fix is there."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from chatops.adapters.git.alignment.prove import prove, prove_range
from chatops.adapters.git.errors import GitTrouble
from chatops.adapters.git.jobs.job_context import JobContext, commit_line
from chatops.adapters.git.jobs.manual_commands import clean
from chatops.adapters.git.jobs.versions import VersionRules, planned, version_rules
from chatops.adapters.git.merge.cherry_pick import Made, pick_range
from chatops.adapters.git.objects.commits import (
    Committer,
    commits_between,
    file_changes,
    log,
    merge_base,
)
from chatops.adapters.git.objects.resolve_commit import exact_commit
from chatops.application.ports.git import BranchState, CommitLine, Log
from chatops.domain.errors import UserError
from chatops.domain.git.alignment import Containment, ProofResult
from chatops.domain.git.names import BranchName, CommitId
from chatops.domain.git.versions import versions_in_tags
from chatops.domain.playbook.pipeline import VersionRule

_MOST_COMMITS: Final = 500


def not_apath(path: str) -> UserError:
    """A path that leads out of the repository."""
    shown = "".join(c if c.isprintable() else "�" for c in path)
    return UserError(f"“{shown:.80}” is no file of the repository. Give its path from the top.")


def nothing_in_common(branch: str, base: str) -> UserError:
    """Two branches that never had a commit in common cannot be compared."""
    return UserError(f"`{branch}` and `{base}` have no commit in common.")


def read_log(
    bench: JobContext,
    branch: BranchName,
    *,
    limit: int,
    files: Sequence[str],
    per_file: int,
    rule: VersionRule | None,
    tag_pattern: str | None,
) -> Log:
    """`git log BRANCH`, and `git log BRANCH -- FILE` for each file."""
    tip = bench.tip(branch)
    version, following = _versions(bench, tip, rule, tag_pattern)
    paths = {path: _inside(path) for path in files}
    return Log(
        branch=str(branch),
        tip=str(tip),
        commits=_lines(bench, tip, most=limit),
        version=version,
        following=following,
        by_file=tuple(
            (clean(path), _lines(bench, tip, paths=[inside], most=per_file))
            for path, inside in paths.items()
        ),
    )


def _lines(
    bench: JobContext, tip: CommitId, *, paths: Sequence[str] = (), most: int
) -> tuple[CommitLine, ...]:
    return tuple(map(commit_line, log(bench.repo, tip, paths=paths, most=most)))


def _inside(path: str) -> str:
    inside = path.strip().removeprefix("./").lstrip("/")
    if not inside or ".." in inside.split("/") or "\0" in inside:
        raise not_apath(path)
    return inside


def _versions(
    bench: JobContext, tip: CommitId, rule: VersionRule | None, tag_pattern: str | None
) -> tuple[str, str]:
    """The newest tagged version and the next one, as far as they can be told."""
    if tag_pattern is None:
        return "", ""
    merged = bench.repo.run(
        "for-each-ref", "--format=%(refname:lstrip=2)", "--merged", str(tip), "--", "refs/tags"
    ).text.splitlines()
    shipped = versions_in_tags(merged, tag_pattern).values()
    newest = max((version for version in shipped if version.is_release), default=None)
    try:
        if rule is None:
            following = planned(
                bench.repo, VersionRules(tag_pattern=tag_pattern), VersionRule(), tip
            )
        else:
            rules = version_rules(bench.repo, bench.service, rule, tag_pattern, tip)
            following = planned(bench.repo, rules, rule, tip)
    except GitTrouble:
        raise
    except UserError:
        return str(newest or ""), ""
    return str(newest or ""), str(following.next.version)


def read_state(bench: JobContext, branch: BranchName, base: str) -> BranchState:
    """`git log BASE..BRANCH`, and `git diff --numstat BASE...BRANCH`."""
    if str(branch) not in bench.branches:
        return BranchState(tip="")
    tip = bench.tip(branch)
    start = bench.branches.get(base) or exact_commit(bench.repo, base)
    fork = merge_base(bench.repo, start, tip)
    if fork is None:
        raise nothing_in_common(str(branch), base)
    newest_first = log(bench.repo, tip, since=start, most=_MOST_COMMITS)
    changes = file_changes(bench.repo, fork, tip)
    return BranchState(
        tip=str(tip),
        commits=tuple(map(commit_line, newest_first[::-1])),
        files=tuple(clean(change.path) for change in changes),
        added=sum(change.added or 0 for change in changes),
        removed=sum(change.removed or 0 for change in changes),
    )


def prove_fix(
    bench: JobContext, *, base: str, fix: Sequence[str], target: BranchName
) -> tuple[str, ProofResult]:
    """Whether the target contains every commit of a fix, taken as a whole."""
    tip = bench.tip(target)
    commits = [exact_commit(bench.repo, each) for each in fix]
    if len(commits) == 1:
        return str(tip), prove(bench.repo, commits[0], tip)
    start = exact_commit(bench.repo, base)
    if commits and commits_between(bench.repo, start, commits[-1]) == commits:
        return str(tip), prove_range(bench.repo, start, commits[-1], tip)
    proof = _together([prove(bench.repo, each, tip) for each in commits])
    if proof.answer is not Containment.CONTAINED:
        proof = _as_one(bench, start, commits, tip) or proof
    return str(tip), proof


def _together(proofs: Sequence[ProofResult]) -> ProofResult:
    """The weakest answer of all, with everybody's evidence."""
    answers = {proof.answer for proof in proofs}
    lines = tuple(line for proof in proofs for line in proof.lines)
    for answer in (Containment.ABSENT, Containment.UNSURE):
        if answer in answers:
            first = next(proof.lines for proof in proofs if proof.answer is answer)
            return ProofResult(answer=answer, lines=tuple(dict.fromkeys((*first, *lines))))
    return ProofResult(answer=Containment.CONTAINED, lines=tuple(dict.fromkeys(lines)))


def _as_one(
    bench: JobContext, start: CommitId, commits: Sequence[CommitId], tip: CommitId
) -> ProofResult | None:
    """The fix without what stands between its commits, if all of that is there.

    What one commit of the fix does a later one may have done over.
    """
    (first,) = bench.repo.run("log", "-1", "--format=%ct", str(start)).text.split() or ("0",)
    hands = Committer(name="proof", email="", at=datetime.fromtimestamp(int(first), UTC))
    made = pick_range(bench.repo, sources=commits, onto=start, by=hands)
    if not isinstance(made, Made):
        return None
    proof = prove_range(bench.repo, start, made.tip, tip)
    return proof if proof.answer is Containment.CONTAINED else None
