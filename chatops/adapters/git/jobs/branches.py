"""Starts and removes branches, and sets tags: the jobs that make no commit."""

from collections.abc import Iterator, Sequence
from typing import Final

from chatops.adapters.git.alignment.prove import prove_range
from chatops.adapters.git.jobs.job_context import JobContext, Prepared, author_of
from chatops.adapters.git.jobs.manual_commands import FETCH, command, push_to
from chatops.adapters.git.objects.commits import (
    Committer,
    commits_between,
    is_ancestor,
    merge_base,
    with_trailers,
    write_tag,
)
from chatops.adapters.git.objects.push import create_branch, create_tag, delete_branch
from chatops.adapters.git.objects.resolve_commit import exact_commit
from chatops.application.ports.git import RemoveBranch, Result, StartBranch, Tag
from chatops.domain.errors import UserError
from chatops.domain.git.alignment import Containment
from chatops.domain.git.names import BranchName, CommitId, TagName, collision

#: Branches that the next releases come from, where a service names none.
_DEVELOP: Final = ("develop", "development")
_PRODUCTION: Final = ("main", "master")
_MOST_SHOWN: Final = 3


def name_taken(name: str, reason: str) -> UserError:
    """The name cannot stand beside those that are there."""
    return UserError(f"`{name}` cannot be made: {reason}. Choose another name.")


def no_production(candidates: Sequence[str], branches: Sequence[str]) -> UserError:
    """None of the branches that may be production exists."""
    there = ", ".join(f"`{name}`" for name in sorted(branches)[:10])
    named = " or ".join(f"`{name}`" for name in candidates)
    return UserError(
        f"The repository has no branch {named}; it has {there}. "
        "Name production's branch for the service in `chatops.yml` (`production: …`)."
    )


def not_from_production(branch: str, production: str, other: str = "") -> UserError:
    """A branch of that name is there, and holds what production does not."""
    holds = f"holds commits of `{other}`" if other else "never came from it"
    return UserError(
        f"`{branch}` is there already and {holds}, so it cannot become a hotfix of "
        f"`{production}`. Choose another name for the branch, or remove that one."
    )


def tag_elsewhere(tag: str, at: CommitId, subject: str, wanted: CommitId) -> UserError:
    """The tag exists and stands for something else."""
    return UserError(
        f"The tag `{tag}` is there already and points to {at.short} ({subject}), not to "
        f"{wanted.short}. A tag is never moved: take the next version."
    )


def still_needed_error(branch: str, kept_in: str, lacking: Sequence[str]) -> UserError:
    """A branch holds commits that are nowhere else."""
    shown = "\n".join(f"• {each}" for each in lacking[:_MOST_SHOWN])
    more = len(lacking) - _MOST_SHOWN
    rest = f"\n… and {more} more" if more > 0 else ""
    return UserError(
        f"`{branch}` stays: {kept_in} lacks something of it.\n{shown}{rest}\n"
        "Bring it over first, or delete the branch by hand if it is not needed."
    )


def lasting(branch: str) -> UserError:
    """Production's branch, and those that releases come from, are never removed."""
    return UserError(f"`{branch}` is no hotfix branch: releases come from it. It stays.")


def production_branch(bench: JobContext, candidates: Sequence[str]) -> BranchName:
    """The service's own, else the first candidate that exists."""
    own = bench.service.production
    names = [BranchName(name) for name in ((own,) if own else tuple(candidates) or _PRODUCTION)]
    if found := next((name for name in names if str(name) in bench.branches), None):
        return found
    if own or not bench.branches:
        bench.tip(names[0])
    raise no_production([str(name) for name in names], list(bench.branches))


def start_branch(bench: JobContext, job: StartBranch) -> Prepared:
    """`git branch BRANCH PRODUCTION`, and `git push`."""
    branch = BranchName(job.branch)
    production = BranchName(job.production) if job.production else production_branch(bench, ())
    tip = bench.tip(production)
    if branch == production:
        raise name_taken(str(branch), "it is the production branch itself")
    if there := bench.branches.get(str(branch)):
        return _adopted(bench, branch, there, production, tip)
    if reason := collision(str(branch), bench.branches):
        raise name_taken(str(branch), reason)
    update = create_branch(branch, at=tip)
    return bench.moving(update, [FETCH, push_to(update, tip)])


def _adopted(
    bench: JobContext, branch: BranchName, there: CommitId, production: BranchName, tip: CommitId
) -> Prepared:
    """A branch that is there already, if it came from production."""
    fork = merge_base(bench.repo, there, tip)
    if fork is None:
        raise not_from_production(str(branch), str(production))
    for other, other_tip in _developing(bench, branch, production):
        if _came_from(bench, there, other_tip, tip):
            raise not_from_production(str(branch), str(production), other)
    own, behind = (len(commits_between(bench.repo, fork, end)) for end in (there, tip))
    notes = [f"`{branch}` was there already, from {fork.short} on `{production}`: taken over."]
    if own:
        notes.append(f"It holds {_count(own)} of its own.")
    if behind:
        notes.append(f"`{production}` has moved on by {_count(behind)} since.")
    return bench.already(there, *notes)


def _developing(
    bench: JobContext, branch: BranchName, production: BranchName
) -> Iterator[tuple[str, CommitId]]:
    for name in bench.service.targets or _DEVELOP:
        if name in bench.branches and name not in {str(branch), str(production)}:
            yield name, bench.branches[name]


def _came_from(bench: JobContext, branch: CommitId, other: CommitId, production: CommitId) -> bool:
    """Whether the branch was forked from the other's own line, beyond what production holds.

    A branch that was merged into the other shares commits with it too, but these came in from
    the side.
    """
    fork = merge_base(bench.repo, branch, other)
    if fork is None or is_ancestor(bench.repo, fork, production):
        return False
    line = bench.repo.run("rev-list", "--first-parent", str(other), f"^{production}", "--").text
    return str(fork) in line.split()


def set_tag(bench: JobContext, job: Tag) -> Prepared:
    """`git tag -a TAG -m MESSAGE COMMIT`, and `git push`."""
    tag, commit = TagName(job.tag), exact_commit(bench.repo, job.commit)
    if at := bench.tags.get(str(tag)):
        if at == commit:
            return bench.already(commit, f"The tag `{tag}` was there already.")
        raise tag_elsewhere(str(tag), at, _subject(bench, at), commit)
    if reason := collision(str(tag), bench.tags):
        raise name_taken(str(tag), reason)
    message, who = with_trailers(job.message, job.signed.trailers), author_of(job.signed)
    tagger = Committer(name=who.name, email=who.email, at=job.signed.at, signing=bench.signing)
    made = write_tag(bench.repo, name=tag, commit=commit, message=message, by=tagger)
    update = create_tag(tag, at=made)
    plan = [FETCH, command("tag", "-a", tag, "-m", message, commit), push_to(update, tag.ref)]
    return Prepared(updates=(update,), result=Result(plan=tuple(plan), after=str(commit)))


def remove_branch(bench: JobContext, job: RemoveBranch) -> Prepared:
    """`git push origin :BRANCH`, once nothing is lost by it."""
    branch = BranchName(job.branch)
    stays = {job.kept_in, bench.service.production, *(bench.service.targets or ())}
    if str(branch) in {*stays, *_PRODUCTION, *_DEVELOP}:
        raise lasting(str(branch))
    tip = bench.branches.get(str(branch))
    if tip is None:
        return Prepared(result=Result(plan=(), notes=(f"`{branch}` is gone already.",)))
    kept, named = _kept_in(bench, job.kept_in)
    if not is_ancestor(bench.repo, tip, kept):
        _check_contained(bench, branch, tip, kept, named)
    update = delete_branch(branch, expected=tip)
    return bench.moving(update, [FETCH, push_to(update)])


def _kept_in(bench: JobContext, text: str) -> tuple[CommitId, str]:
    if text in bench.branches:
        return bench.branches[text], f"`{text}`"
    commit = exact_commit(bench.repo, text)
    return commit, commit.short


def _check_contained(
    bench: JobContext, branch: BranchName, tip: CommitId, kept: CommitId, named: str
) -> None:
    fork = merge_base(bench.repo, tip, kept)
    if fork and prove_range(bench.repo, fork, tip, kept).answer is Containment.CONTAINED:
        return
    own = commits_between(bench.repo, fork, tip) if fork else [tip]
    lacking = [f"{each.sha[:10]} {each.subject}" for each in bench.lines(own[::-1])]
    raise still_needed_error(str(branch), named, lacking)


def _subject(bench: JobContext, commit: CommitId) -> str:
    (line,) = bench.lines([commit])
    return line.subject


def _count(commits: int) -> str:
    return f"{commits} commit" if commits == 1 else f"{commits} commits"
