"""Changes a branch without a fix of its own: merges another into it, puts a file there."""

from collections.abc import Sequence

from chatops.adapters.git.alignment.prove import prove
from chatops.adapters.git.jobs.branches import name_taken
from chatops.adapters.git.jobs.finish_by_hand import by_hand, in_conflict
from chatops.adapters.git.jobs.job_context import Earlier, JobContext, Prepared, author_of
from chatops.adapters.git.jobs.manual_commands import (
    FETCH,
    amend,
    command,
    commit_as,
    mainline,
    push_to,
    stand_on,
)
from chatops.adapters.git.merge.cherry_pick import (
    AlreadyThere,
    Made,
    Stopped,
    pick,
    read_change,
    revert,
    revert_message,
)
from chatops.adapters.git.merge.merge_branch import merge, squash
from chatops.adapters.git.objects.commits import (
    commits_between,
    is_ancestor,
    merge_base,
    with_trailers,
    write_commit,
)
from chatops.adapters.git.objects.objects import (
    change_files,
    check_path,
    read_commit,
    read_commits,
    read_objects,
)
from chatops.adapters.git.objects.push import RefUpdate, create_branch, move_branch
from chatops.adapters.git.objects.resolve_commit import (
    commit_anywhere,
    commit_on,
    exact_commit,
    parents_of,
)
from chatops.application.ports.git import Merge, Pick, PutFile, Result, Revert
from chatops.domain.errors import UserError
from chatops.domain.git.alignment import Containment
from chatops.domain.git.names import BranchName, CommitId, collision
from chatops.domain.playbook.pipeline import MergeWay


def revert_commit(bench: JobContext, job: Revert) -> Prepared:
    """`git revert [-m 1] COMMIT` on BRANCH."""
    branch = BranchName(job.branch)
    tip = bench.tip(branch)
    source = commit_on(bench.repo, job.commit, branch=str(branch), tip=tip)
    if done := _about(bench.earlier(tip, job.signed), source):
        return bench.already(tip, f"{source.short} was taken back before.", made=done)
    parents = parents_of(bench.repo, source)
    main = 1 if parents > 1 else None
    outcome = revert(
        bench.repo, source=source, onto=tip, by=bench.hands(job.signed),
        author=author_of(job.signed), mainline=main, words=job.message,
        trailers=job.signed.trailers,
    )  # fmt: skip
    if isinstance(outcome, AlreadyThere):
        return bench.already(
            tip, f"`{branch}` holds nothing of {source.short} any more: it was taken back before."
        )
    words = revert_message(read_change(bench.repo, source, mainline=main), job.message)
    commit = commit_as(author_of(job.signed), words, job.signed.trailers)
    doing = [command("revert", "--no-commit", *mainline(parents), source)]
    return _settled(bench, branch, tip, outcome, doing, [commit])


def pick_commit(bench: JobContext, job: Pick) -> Prepared:
    """`git cherry-pick -x [-m 1] COMMIT` on BRANCH."""
    branch = BranchName(job.branch)
    tip = bench.tip(branch)
    source = commit_anywhere(bench.repo, job.commit)
    if done := _about(bench.earlier(tip, job.signed), source):
        return bench.already(tip, f"{source.short} was picked before.", made=done)
    parents = parents_of(bench.repo, source)
    outcome = pick(
        bench.repo, source=source, onto=tip, by=bench.hands(job.signed),
        mainline=1 if parents > 1 else None, trailers=job.signed.trailers,
    )  # fmt: skip
    if isinstance(outcome, AlreadyThere):
        return bench.already(tip, f"`{branch}` holds all of {source.short} already.")
    if isinstance(outcome, Stopped) and _is_contained(bench, source, tip):
        note = f"`{branch}` holds {source.short} already, in a form of its own."
        return bench.already(tip, note)
    doing = [command("cherry-pick", "-x", *mainline(parents), source)]
    return _settled(
        bench, branch, tip, outcome, doing, amend(job.signed.trailers),
        going_on=[command("cherry-pick", "--continue")],
    )  # fmt: skip


def merge_commit(bench: JobContext, job: Merge) -> Prepared:
    """`git merge --no-ff COMMIT`, or `git merge --squash COMMIT`, on INTO."""
    into = BranchName(job.into)
    tip, source = bench.tip(into), exact_commit(bench.repo, job.commit)
    if is_ancestor(bench.repo, source, tip):
        return bench.already(tip, f"`{into}` contains {source.short} already.")
    squashed = job.way is MergeWay.SQUASH
    if squashed and (done := bench.earlier(tip, job.signed)):
        made = [each.id for each in done]
        return bench.already(tip, f"It was squashed into `{into}` before.", made=made)
    join = squash if squashed else merge
    outcome = join(
        bench.repo, source=source, onto=tip, message=job.message, by=bench.hands(job.signed),
        author=author_of(job.signed), trailers=job.signed.trailers,
    )  # fmt: skip
    if isinstance(outcome, AlreadyThere):
        return bench.already(tip, f"`{into}` holds all of {source.short} already.")
    how = ["--squash"] if squashed else ["--no-ff", "--no-commit"]
    commit = commit_as(author_of(job.signed), job.message, job.signed.trailers)
    return _settled(bench, into, tip, outcome, [command("merge", *how, source)], [commit])


def _settled(
    bench: JobContext,
    branch: BranchName,
    tip: CommitId,
    outcome: Made | Stopped,
    doing: Sequence[str],
    ending: Sequence[str],
    *,
    going_on: Sequence[str] | None = None,
) -> Prepared:
    """The branch moves on by what was made; or what stands in its way, and how to finish."""
    if isinstance(outcome, Stopped):
        update = RefUpdate(ref=branch.ref, expected=tip, new=tip)
        hands = by_hand(tip, doing, [*(going_on or ()), *ending], push_to(update))
        return in_conflict(bench, outcome, tip, hands)
    update = move_branch(branch, expected=tip, new=outcome.tip)
    plan = [FETCH, stand_on(tip), *doing, *ending, push_to(update)]
    return bench.moving(update, plan, made=[outcome.tip])


def _is_contained(bench: JobContext, source: CommitId, tip: CommitId) -> bool:
    return prove(bench.repo, source, tip).answer is Containment.CONTAINED


def _about(earlier: Sequence[Earlier], source: CommitId) -> list[CommitId]:
    """The commits among them that were made of SOURCE: one step may have tried several."""
    return [each.id for each in earlier if str(source) in each.message]


def written_by_others(path: str, branch: str, who: str, commit: CommitId) -> UserError:
    """Somebody else's words stand in the file, and would be lost."""
    return UserError(
        f"{who} has edited `{path}` on `{branch}` ({commit.short}), and that is not written"
        " over. Take their text over into the post-mortem first, merge the branch, or delete"
        " it; then try again."
    )


def put_file(bench: JobContext, job: PutFile) -> Prepared:
    """`git commit` of one file on BRANCH, made at the tip of BASE if it is not there."""
    check_path(job.path)
    branch, base = BranchName(job.branch), BranchName(job.base)
    start, content = bench.tip(base), job.content.encode()
    if _content(bench, start, job.path) == content:
        there = f"`{base}` holds this text already."
        return Prepared(result=Result(plan=(), notes=(there,)))
    tip = bench.branches.get(str(branch))
    if tip is None and (reason := collision(str(branch), bench.branches)):
        raise name_taken(str(branch), reason)
    if tip is not None and _content(bench, tip, job.path) == content:
        return bench.already(tip, f"`{branch}` holds this text already.")
    return _committed(bench, job, branch, tip, start)


def _committed(
    bench: JobContext, job: PutFile, branch: BranchName, tip: CommitId | None, start: CommitId
) -> Prepared:
    parents = _parents(bench, job, branch, tip, start)
    onto = parents[-1]
    tree = change_files(
        bench.repo, read_commit(bench.repo, onto).tree, {job.path: job.content.encode()}
    )
    author = author_of(job.signed)
    made = write_commit(
        bench.repo,
        tree=tree,
        parents=parents,
        message=with_trailers(job.message, job.signed.trailers),
        author=author,
        by=bench.hands(job.signed),
    )
    update = (
        create_branch(branch, at=made)
        if tip is None
        else move_branch(branch, expected=tip, new=made)
    )
    plan = [
        FETCH,
        stand_on(onto),
        f"# write {job.path}",
        command("add", "--", job.path),
        commit_as(author, job.message, job.signed.trailers),
        push_to(update),
    ]
    return bench.moving(update, plan, made=[made])


def _parents(
    bench: JobContext, job: PutFile, branch: BranchName, tip: CommitId | None, start: CommitId
) -> Sequence[CommitId]:
    """What the commit stands on; its tree is the last one's.

    A branch whose earlier text was taken over into the base, by a squash even, starts from
    there again: so the next pull request has no conflict with the one before.
    """
    if tip is None or is_ancestor(bench.repo, tip, start):
        return (start,)
    if str(branch) == job.base:
        return (tip,)
    _must_be_ours(bench, job, branch, tip, start)
    taken_over = _content(bench, tip, job.path) == _content(bench, start, job.path)
    return (tip, start) if taken_over else (tip,)


def _must_be_ours(
    bench: JobContext, job: PutFile, branch: BranchName, tip: CommitId, start: CommitId
) -> None:
    """Raises UserError."""
    fork = merge_base(bench.repo, tip, start)
    if fork is None:
        return
    mark = job.signed.trailers[-1][0] if job.signed.trailers else ""
    commits = commits_between(bench.repo, fork, tip)
    for commit, read in zip(commits, read_commits(bench.repo, commits), strict=True):
        changed = _content(bench, commit, job.path) != (
            _content(bench, read.parents[0], job.path) if read.parents else None
        )
        if changed and f"\n{mark}:" not in read.message:
            raise written_by_others(job.path, str(branch), read.author.name, commit)


def _content(bench: JobContext, commit: CommitId, path: str) -> bytes | None:
    name = f"{commit}:{path}"
    found = read_objects(bench.repo, [name]).get(name)
    return found.content if found is not None and found.kind == "blob" else None
