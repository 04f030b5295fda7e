"""Brings a fix back into the branch that the next release comes from, without its version bump."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from chatops.adapters.git.alignment.prove import prove
from chatops.adapters.git.jobs.branches import name_taken
from chatops.adapters.git.jobs.finish_by_hand import by_hand, in_conflict
from chatops.adapters.git.jobs.job_context import (
    JobContext,
    Prepared,
    author_of,
    made_earlier,
    step_of,
)
from chatops.adapters.git.jobs.manual_commands import (
    FETCH,
    clean,
    command,
    commit_as,
    mainline,
    push_to,
    stand_on,
    trailer_words,
)
from chatops.adapters.git.merge.cherry_pick import (
    AlreadyThere,
    Made,
    Stopped,
    Trailers,
    empty_tree,
    pick,
)
from chatops.adapters.git.merge.three_way import (
    Conflicted,
    Merged,
    changed_paths,
    merge_commits,
    merge_onto,
    stand_in,
)
from chatops.adapters.git.objects.commits import (
    commits_between,
    is_ancestor,
    merge_base,
    with_trailers,
    write_commit,
)
from chatops.adapters.git.objects.objects import change_files, read_commit, read_objects
from chatops.adapters.git.objects.push import RefUpdate
from chatops.adapters.git.objects.repository import Repository
from chatops.adapters.git.objects.resolve_commit import exact_commit
from chatops.application.ports.git import STEP, BringBack
from chatops.domain.git.alignment import Containment
from chatops.domain.git.names import BranchName, CommitId, collision
from chatops.domain.playbook.pipeline import BackportMethod

_APPLY: Final = "git apply --3way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What the merge gives; ``commands`` settle the version files in a merge by hand."""

    outcome: Merged | Conflicted
    commands: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Versions:
    """The files that a bump changed: those that are its alone, and those that the fix changes too.

    ``fork`` is where the hotfix and the target parted, ``before`` is the parent of the bump.
    """

    bump: CommitId
    before: CommitId
    fork: CommitId
    alone: tuple[str, ...]
    shared: tuple[str, ...]


def merge_bumpless(
    repo: Repository,
    *,
    head: CommitId,
    onto: CommitId,
    bump: CommitId | None,
    fix: Sequence[CommitId],
) -> Joined:
    """`git merge --no-commit HEAD` on ONTO, with ONTO's side of what the BUMP changed.

    A file that the fix changes as well gets the fix's change, and not the bump's.
    """
    versions = _versions(repo, head, onto, bump, fix) if bump else None
    if versions is None:
        return Joined(outcome=merge_commits(repo, onto, head))
    tree = _without_bump(repo, head, versions)
    return Joined(
        outcome=merge_commits(repo, onto, stand_in(repo, tree, head)),
        commands=tuple(_by_hand(repo, head, onto, versions)),
        notes=(_note((*versions.alone, *versions.shared)),),
    )


def _versions(
    repo: Repository, head: CommitId, onto: CommitId, bump: CommitId, fix: Sequence[CommitId]
) -> _Versions | None:
    fork, parents = merge_base(repo, onto, head), read_commit(repo, bump).parents
    if fork is None or not parents:
        return None
    bumped = set(changed_paths(repo, str(parents[0]), str(bump)))
    fixed = {path for commit in fix if commit != bump for path in _changed(repo, commit)}
    return _Versions(
        bump=bump,
        before=parents[0],
        fork=fork,
        alone=tuple(sorted(bumped - fixed)),
        shared=tuple(sorted(bumped & fixed)),
    )


def _changed(repo: Repository, commit: CommitId) -> list[str]:
    parents = read_commit(repo, commit).parents
    return changed_paths(repo, str(parents[0]) if parents else empty_tree(repo), str(commit))


def _without_bump(repo: Repository, head: CommitId, versions: _Versions) -> str:
    """The tree of HEAD as if the version had never been raised on it."""
    tree = read_commit(repo, head).tree
    undone = merge_onto(repo, base=versions.bump, tree=tree, theirs=_before(repo, versions))
    wanted = _contents(repo, str(versions.fork), versions.alone)
    if isinstance(undone, Merged):
        wanted |= _contents(repo, undone.tree, versions.shared)
    held = _contents(repo, tree, tuple(wanted))
    changes = {path: content for path, content in wanted.items() if content != held[path]}
    return change_files(repo, tree, changes) if changes else tree


def _before(repo: Repository, versions: _Versions) -> CommitId:
    """What came before the bump, as a commit after it."""
    return stand_in(repo, read_commit(repo, versions.before).tree, versions.bump)


def _contents(repo: Repository, tree: str, paths: Sequence[str]) -> dict[str, bytes | None]:
    found = read_objects(repo, (f"{tree}:{path}" for path in paths))
    contents = {path: found.get(f"{tree}:{path}") for path in paths}
    return {path: stored.content if stored else None for path, stored in contents.items()}


def _by_hand(repo: Repository, head: CommitId, onto: CommitId, versions: _Versions) -> list[str]:
    files = (*versions.alone, *versions.shared)
    there = {path for path, held in _contents(repo, str(onto), files).items() if held is not None}
    lines = []
    if kept := sorted(there):
        lines.append(command("checkout", onto, "--", *kept))
    if lacking := sorted(set(files) - there):
        lines.append(command("rm", "-f", "--quiet", "--ignore-unmatch", "--", *lacking))
    for path in versions.shared:
        for old, new in ((versions.fork, versions.before), (versions.bump, head)):
            if path in changed_paths(repo, str(old), str(new)):
                shown = command("diff", "--full-index", "--binary", old, new, "--", path)
                lines.append(f"{shown} | {_APPLY}")
    return lines


def _note(paths: Sequence[str]) -> str:
    named = ", ".join(f"`{clean(path)}`" for path in paths)
    return f"The version bump is left out of {named}."


#: Marks the commit that only says what is left to do: it is no step that was done.
DRAFT: Final = "Hotfix-Draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """Where the fix goes: ``branch`` (for a pull request, or the target), and what it stands on.

    ``held`` is what the remote has of the branch; ``onto`` is where the work begins.
    """

    target: BranchName
    branch: BranchName
    held: CommitId | None
    onto: CommitId
    target_tip: CommitId

    @property
    def place(self) -> BranchName:
        """The branch whose tip the work begins on."""
        return self.target if self.onto == self.target_tip else self.branch

    @property
    def places(self) -> dict[BranchName, CommitId]:
        """Where the fix may be already."""
        return {self.target: self.target_tip, self.place: self.onto}

    def moved(self, new: CommitId) -> RefUpdate:
        return RefUpdate(ref=self.branch.ref, expected=self.held, new=new)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brought:
    """What was made on a way, the commands that do the same, and what a person should know."""

    outcome: Made | AlreadyThere | Stopped
    doing: Sequence[str]
    ending: Sequence[str] = ()
    going_on: Sequence[str] = ()
    notes: Sequence[str] = ()


def bring_back(bench: JobContext, job: BringBack) -> Prepared:
    """`git cherry-pick -x COMMIT…` or `git merge --no-ff HEAD` on the target or a branch for it."""
    way = _way(bench, job)
    if found := _there_already(bench, job, way):
        return found
    picks = job.method is BackportMethod.CHERRY_PICK
    brought = _picked(bench, job, way) if picks else _merged(bench, job, way)
    match brought.outcome:
        case AlreadyThere():
            return _there(bench, way, way.place, way.onto, *brought.notes)
        case Stopped() as stopped:
            return _contained(bench, job, way) or _stopped(bench, job, way, brought, stopped)
        case Made() as made:
            update = way.moved(made.tip)
            plan = [FETCH, stand_on(way.onto), *brought.doing, *brought.ending, push_to(update)]
            new = [commit for _, commit in made.pairs]
            return bench.moving(update, plan, *brought.notes, made=new)


def _way(bench: JobContext, job: BringBack) -> _Way:
    target = BranchName(job.target)
    tip = bench.tip(target)
    if job.pull_branch is None:
        return _Way(target=target, branch=target, held=tip, onto=tip, target_tip=tip)
    pull_branch = BranchName(job.pull_branch)
    held = bench.branches.get(str(pull_branch))
    if held is None and (reason := collision(str(pull_branch), bench.branches)):
        raise name_taken(str(pull_branch), reason)
    stale = held is None or is_ancestor(bench.repo, held, tip)
    onto = tip if held is None or stale else held
    return _Way(target=target, branch=pull_branch, held=held, onto=onto, target_tip=tip)


def _there_already(bench: JobContext, job: BringBack, way: _Way) -> Prepared | None:
    """What an earlier attempt has brought: to the target itself, or to the branch for it."""
    for branch, tip in way.places.items():
        if done := bench.earlier(tip, job.signed):
            note = f"It was brought to `{branch}` before."
            mine = branch == way.branch
            return bench.already(tip, note, made=[each.id for each in done] if mine else ())
        if branch != way.place and _holds(bench, job, tip):
            return bench.already(tip, f"`{branch}` holds the fix already.")
    return None


def _there(
    bench: JobContext, way: _Way, branch: BranchName, tip: CommitId, *notes: str
) -> Prepared:
    """Nothing is left to bring; what a pull request holds above its target is as good as made."""
    carried = () if branch == way.target else commits_between(bench.repo, way.target_tip, tip)
    return bench.already(tip, *notes, made=carried)


def _fix(bench: JobContext, job: BringBack) -> list[CommitId]:
    """The commits to pick: not the bump, and no merge of what is picked by itself."""
    bump = exact_commit(bench.repo, job.bump) if job.bump else None
    commits = [exact_commit(bench.repo, each) for each in job.commits]
    wanted = [commit for commit in commits if commit != bump]
    return [commit for commit in wanted if not _joins_only(bench, commit, wanted)]


def _joins_only(bench: JobContext, commit: CommitId, wanted: Sequence[CommitId]) -> bool:
    first, *others = read_commit(bench.repo, commit).parents or (commit,)
    return any(
        is_ancestor(bench.repo, each, other) and not is_ancestor(bench.repo, each, first)
        for other in others
        for each in wanted
    )


def _picked(bench: JobContext, job: BringBack, way: _Way) -> _Brought:
    tip, hands = way.onto, bench.hands(job.signed)
    pairs: list[tuple[CommitId, CommitId]] = []
    notes: list[str] = []
    doing: list[str] = []
    fix = _fix(bench, job)
    for source in fix:
        parents = len(read_commit(bench.repo, source).parents)
        outcome = pick(
            bench.repo, source=source, onto=tip, by=hands, mainline=1 if parents > 1 else None,
            trailers=job.signed.trailers,
        )  # fmt: skip
        this = command("cherry-pick", "-x", *mainline(parents), source)
        if isinstance(outcome, Stopped):
            rest = _picks_left(bench, fix[fix.index(source) + 1 :])
            return _Brought(
                outcome=outcome, doing=[*doing, this],
                going_on=[command("cherry-pick", "--continue"), *rest], notes=notes,
            )  # fmt: skip
        if isinstance(outcome, AlreadyThere):
            notes.append(f"`{way.place}` holds all of {source.short} already.")
            continue
        tip = outcome.tip
        pairs += outcome.pairs
        doing.append(this)
    if not pairs:
        return _Brought(outcome=AlreadyThere(tip=way.onto), doing=(), notes=notes)
    made = Made(tip=tip, pairs=tuple(pairs))
    return _Brought(outcome=made, doing=doing, ending=_signing(job, len(pairs)), notes=notes)


def _picks_left(bench: JobContext, commits: Sequence[CommitId]) -> list[str]:
    return [
        command("cherry-pick", "-x", *mainline(len(read_commit(bench.repo, each).parents)), each)
        for each in commits
    ]


def _signing(job: BringBack, commits: int) -> Sequence[str]:
    """The trailers, to each of the picked commits."""
    if not job.signed.trailers:
        return ()
    amend = command("commit", "--amend", "--no-edit", *trailer_words(job.signed.trailers))
    return (amend,) if commits == 1 else (command("rebase", "--exec", amend, f"HEAD~{commits}"),)


def _merged(bench: JobContext, job: BringBack, way: _Way) -> _Brought:
    head = exact_commit(bench.repo, job.head)
    if is_ancestor(bench.repo, head, way.onto):
        return _merged_before(bench, job, way, head)
    bump = exact_commit(bench.repo, job.bump) if job.bump else None
    fix = _fix(bench, job) or commits_between(bench.repo, exact_commit(bench.repo, job.base), head)
    joined = merge_bumpless(bench.repo, head=head, onto=way.onto, bump=bump, fix=fix)
    commit = commit_as(author_of(job.signed), job.message, job.signed.trailers)
    doing = [command("merge", "--no-ff", "--no-commit", head), *joined.commands]
    if isinstance(joined.outcome, Conflicted):
        stopped = Stopped(commit=head, onto=way.onto, conflicted=joined.outcome)
        return _Brought(outcome=stopped, doing=doing, ending=[commit], notes=joined.notes)
    made = write_commit(
        bench.repo, tree=joined.outcome.tree, parents=[way.onto, head],
        message=with_trailers(job.message, job.signed.trailers),
        author=author_of(job.signed), by=bench.hands(job.signed),
    )  # fmt: skip
    outcome = Made(tip=made, pairs=((head, made),))
    return _Brought(outcome=outcome, doing=doing, ending=[commit], notes=joined.notes)


def _merged_before(bench: JobContext, job: BringBack, way: _Way, head: CommitId) -> _Brought:
    """A branch that is merged cannot be merged again; if it was taken back, its fix is picked."""
    if any(
        prove(bench.repo, each, way.onto).answer is Containment.ABSENT for each in _fix(bench, job)
    ):
        note = f"`{way.place}` has merged it and taken it back since, so it is picked this time."
        brought = _picked(bench, job, way)
        return replace(brought, notes=(note, *brought.notes))
    note = f"`{way.place}` contains {head.short} already."
    return _Brought(outcome=AlreadyThere(tip=way.onto), doing=(), notes=[note])


def _contained(bench: JobContext, job: BringBack, way: _Way) -> Prepared | None:
    """The fix in a form of its own, as after a conflict that somebody has settled by hand."""
    for branch, tip in way.places.items():
        if _holds(bench, job, tip):
            note = f"`{branch}` holds the fix already, in a form of its own."
            return _there(bench, way, branch, tip, note)
    return None


def _holds(bench: JobContext, job: BringBack, tip: CommitId) -> bool:
    proven = {prove(bench.repo, each, tip).answer for each in _fix(bench, job)}
    return proven == {Containment.CONTAINED}


def _stopped(
    bench: JobContext, job: BringBack, way: _Way, brought: _Brought, stopped: Stopped
) -> Prepared:
    """The conflict, and the draft that was asked for: a commit that says what is left to do."""

    def hands(tip: CommitId, held: CommitId | None) -> Sequence[str]:
        ending = (*brought.going_on, *brought.ending)
        return by_hand(tip, brought.doing, ending, push_to(replace(way, held=held).moved(tip)))

    if not (job.draft and job.pull_branch):
        return in_conflict(bench, stopped, way.onto, hands(way.onto, way.held))
    step = step_of(job.signed)
    mark = [(DRAFT, step[1])] if step else []
    if found := _drafted(bench, way, mark):
        still = in_conflict(bench, stopped, way.onto, hands(way.onto, way.held))
        return replace(still, result=replace(still.result, made=bench.lines([found])))
    drafted, made = _draft(bench, job, way, stopped, mark)
    told = in_conflict(bench, stopped, made, hands(made, made)).result
    result = replace(drafted.result, conflicts=told.conflicts, commands=told.commands)
    return replace(drafted, result=result)


def _draft(
    bench: JobContext, job: BringBack, way: _Way, stopped: Stopped, mark: Trailers
) -> tuple[Prepared, CommitId]:
    """`git commit --allow-empty` on the pull request, with the files that are left to settle."""
    trailers = [*(each for each in job.signed.trailers if each[0] != STEP), *mark]
    message, author = _left_to_do(job, stopped), author_of(job.signed)
    made = write_commit(
        bench.repo, tree=read_commit(bench.repo, way.onto).tree, parents=[way.onto],
        message=with_trailers(message, trailers), author=author, by=bench.hands(job.signed),
    )  # fmt: skip
    update = way.moved(made)
    commit = commit_as(author, message, trailers, "--allow-empty")
    plan = [FETCH, stand_on(way.onto), commit, push_to(update)]
    return bench.moving(update, plan, made=[made]), made


def _drafted(bench: JobContext, way: _Way, mark: Trailers) -> CommitId | None:
    """The draft that an earlier attempt has left for the pull request."""
    if way.held is None or way.held != way.onto:
        return None
    found = made_earlier(bench.repo, way.held, next(iter(mark), None))
    return found[-1].id if found else None


def _left_to_do(job: BringBack, stopped: Stopped) -> str:
    paths = "\n".join(f"- {path}" for path in stopped.conflicted.paths)
    return (
        f"Left to do: bring the hotfix to {job.target}\n\n"
        f"{stopped.commit.short} and {job.target} changed the same places. "
        f"To be settled:\n\n{paths}"
    )
