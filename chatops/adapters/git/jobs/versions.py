"""Counts the version up, by a playbook's rule and in the files that a service has."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chatops.adapters.git.jobs.job_context import (
    Earlier,
    JobContext,
    Prepared,
    author_of,
    repository_name,
)
from chatops.adapters.git.jobs.manual_commands import FETCH, command, commit_as, push_to, stand_on
from chatops.adapters.git.merge.cherry_pick import Trailers
from chatops.adapters.git.objects.commits import Committer, with_trailers, write_commit
from chatops.adapters.git.objects.objects import (
    Signature,
    change_files,
    check_path,
    read_commit,
    read_objects,
)
from chatops.adapters.git.objects.push import move_branch
from chatops.adapters.git.objects.repository import Repository
from chatops.application.ports.git import BumpVersion
from chatops.domain.errors import UserError
from chatops.domain.git.names import BranchName, CommitId
from chatops.domain.git.version_files import (
    VersionedFile,
    VersionedFileKind,
    current_version,
    is_locked,
    own_package,
    raise_version,
    unreadable_version_file,
)
from chatops.domain.git.versions import (
    NextVersion,
    Version,
    VersionIncrement,
    asked_version,
    major_refused,
    next_version,
    versions_in_tags,
)
from chatops.domain.playbook import pipeline
from chatops.domain.playbook.pipeline import Increment, SkipPermission, VersionRule
from chatops.domain.services import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRules:
    """Where the version of a service is written, and how its tags are named."""

    files: Sequence[VersionedFile] = ()
    tag_pattern: str = "v{version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bump:
    """A version to ship, and the contents that the files then have; no file is the tag alone."""

    next: NextVersion
    contents: Mapping[str, bytes]


def plan_bump(
    repo: Repository,
    rules: VersionRules,
    *,
    tip: CommitId,
    step: VersionIncrement = VersionIncrement.PATCH,
    asked: Version | None = None,
) -> Bump:
    """What the next version is on the branch at TIP, and what it changes; nothing is written."""
    texts = _read_files(repo, rules.files, tip)
    in_files = current_version(rules.files, texts)
    shipped = versions_in_tags(_tags(repo, "--merged", str(tip)), rules.tag_pattern).values()
    taken = versions_in_tags(_tags(repo), rules.tag_pattern).values()
    if asked:
        version = asked_version(asked, in_files=in_files, shipped=shipped, taken=taken)
    else:
        version = next_version(in_files=in_files, shipped=shipped, taken=taken, step=step)
    raised = raise_version(rules.files, texts, version.version)
    contents = {path: text.encode() for path, text in raised.items()}
    return Bump(next=version, contents=contents)


def read_versions(repo: Repository, rules: VersionRules, *, tip: CommitId) -> Version | None:
    """The version that the files say at TIP; None if no file holds one."""
    return current_version(rules.files, _read_files(repo, rules.files, tip))


def commit_files(
    repo: Repository,
    *,
    contents: Mapping[str, bytes | None],
    onto: CommitId,
    message: str,
    by: Committer,
    author: Signature | None = None,
    trailers: Trailers = (),
) -> CommitId:
    """`git commit` of changed files on ONTO: one commit, made without a work tree."""
    tree = change_files(repo, read_commit(repo, onto).tree, contents)
    return write_commit(
        repo,
        tree=tree,
        parents=[onto],
        message=with_trailers(message, trailers),
        author=author or by.signature,
        by=by,
    )


def _read_files(repo: Repository, files: Sequence[VersionedFile], tip: CommitId) -> dict[str, str]:
    found = read_objects(repo, (f"{tip}:{file.path}" for file in files))
    texts = {}
    for file in files:
        stored = found.get(f"{tip}:{file.path}")
        if stored is None or stored.kind != "blob":
            raise unreadable_version_file(file.path, "the file is not there")
        try:
            texts[file.path] = stored.content.decode()
        except UnicodeDecodeError as error:
            raise unreadable_version_file(file.path, "it is not UTF-8 text") from error
    return texts


def _tags(repo: Repository, *options: str) -> list[str]:
    """`git for-each-ref refs/tags`: the names of the tags, all or only those merged."""
    return repo.run(
        "for-each-ref", "--format=%(refname:lstrip=2)", *options, "--", "refs/tags"
    ).text.splitlines()


_VERSION: Final = "{version}"
_KINDS: Final[Mapping[pipeline.VersionFileKind, VersionedFileKind]] = {
    pipeline.VersionFileKind.PACKAGE_JSON: VersionedFileKind.PACKAGE_JSON,
    pipeline.VersionFileKind.PYPROJECT: VersionedFileKind.PYPROJECT,
    pipeline.VersionFileKind.CARGO: VersionedFileKind.CARGO,
    pipeline.VersionFileKind.VERSION: VersionedFileKind.PLAIN,
    pipeline.VersionFileKind.CONSTANT: VersionedFileKind.CONSTANT,
}
#: The lock files that state the version a second time.
_LOCKS: Final[Mapping[pipeline.VersionFileKind, Sequence[str]]] = {
    pipeline.VersionFileKind.PACKAGE_JSON: ("package-lock.json", "npm-shrinkwrap.json"),
    pipeline.VersionFileKind.PYPROJECT: ("uv.lock",),
    pipeline.VersionFileKind.CARGO: ("Cargo.lock",),
}


def increment_refused(step: Increment) -> UserError:
    """The playbook does not let a hotfix count this part up."""
    return UserError(
        f"The playbook does not let a hotfix raise the {step} version. Take the next patch."
    )


def bump_version(bench: JobContext, job: BumpVersion) -> Prepared:
    """`git commit` of every version file, one higher, on BRANCH."""
    branch = BranchName(job.branch)
    tip = bench.tip(branch)
    rules = version_rules(bench.repo, bench.service, job.rule, job.tag_pattern, tip)
    if done := bench.earlier(tip, job.signed):
        return _before(bench, job, tip, rules, done[-1])
    bump = planned(bench.repo, rules, job.rule, tip, job.step)
    version, previous = str(bump.next.version), str(bump.next.current)
    notes = [*bump.next.warnings, *_unreleased(bench, job, rules, bump)]
    if not bump.contents:
        notes.append("No file holds the version; the tag alone carries it.")
        return bench.already(tip, *notes, version=version, previous=previous)
    message = job.message.replace(_VERSION, version)
    made = commit_files(
        bench.repo, contents=bump.contents, onto=tip, message=message,
        by=bench.hands(job.signed), author=author_of(job.signed), trailers=job.signed.trailers,
    )  # fmt: skip
    update = move_branch(branch, expected=tip, new=made)
    plan = [
        FETCH,
        stand_on(tip),
        *(f"# {path}: {previous} → {version}" for path in bump.contents),
        command("add", "--", *bump.contents),
        commit_as(author_of(job.signed), message, job.signed.trailers),
        push_to(update),
    ]
    return bench.moving(update, plan, *notes, made=[made], version=version, previous=previous)


def planned(
    repo: Repository,
    rules: VersionRules,
    rule: VersionRule,
    tip: CommitId,
    step: Increment = Increment.PATCH,
) -> Bump:
    """The next version by the rule, if the rule lets a hotfix have it."""
    if step is Increment.MAJOR:
        current = plan_bump(repo, rules, tip=tip).next.current
        raise major_refused(current, Version(major=current.major + 1, minor=0, patch=0))
    if rule.increments.get(step, SkipPermission.REFUSED) is SkipPermission.REFUSED:
        raise increment_refused(step)
    return plan_bump(repo, rules, tip=tip, step=VersionIncrement(step.value))


def version_rules(
    repo: Repository, service: Service, rule: VersionRule, tag_pattern: str, tip: CommitId
) -> VersionRules:
    """The files of a service that hold its version at TIP, with the lock files beside them."""
    named = service.version_files
    files = rule.files_of(repository_name(service)) if named is None else named
    for file in files:
        check_path(file.path)
    beside = {lock: file for file in files for lock in _locks_beside(file)}
    found = read_objects(repo, (f"{tip}:{path}" for path in (*beside, *_paths(files))))
    texts = {
        path: found[f"{tip}:{path}"].content.decode("utf-8", "replace")
        for path in (*beside, *_paths(files))
        if f"{tip}:{path}" in found
    }
    locks = (_lock(path, _version_file(file), texts) for path, file in beside.items())
    return VersionRules(
        tag_pattern=tag_pattern,
        files=[*map(_version_file, files), *(lock for lock in locks if lock)],
    )


def _paths(files: Sequence[pipeline.VersionFile]) -> list[str]:
    return [file.path for file in files]


def _version_file(file: pipeline.VersionFile) -> VersionedFile:
    return VersionedFile(path=file.path, kind=_KINDS[file.kind], pattern=file.pattern or "")


def _locks_beside(file: pipeline.VersionFile) -> list[str]:
    folder, slash, _ = file.path.rpartition("/")
    return [f"{folder}{slash}{lock}" for lock in _LOCKS.get(file.kind, ())]


def _lock(path: str, stated_in: VersionedFile, texts: Mapping[str, str]) -> VersionedFile | None:
    """The lock file beside a version file, if it is there and states the version too."""
    if path not in texts or stated_in.path not in texts:
        return None
    if stated_in.kind is VersionedFileKind.PACKAGE_JSON:
        return VersionedFile(path=path, kind=VersionedFileKind.PACKAGE_LOCK)
    name = own_package(stated_in, texts[stated_in.path])
    lock = VersionedFile(path=path, kind=VersionedFileKind.TOML_LOCK, pattern=name)
    return lock if name and is_locked(lock, texts[path]) else None


def _before(
    bench: JobContext, job: BumpVersion, tip: CommitId, rules: VersionRules, done: Earlier
) -> Prepared:
    """The bump that an earlier attempt made, and the versions that it went from and to."""
    (parent,) = read_commit(bench.repo, done.id).parents
    earlier = plan_bump(bench.repo, rules, tip=parent).next
    version = read_versions(bench.repo, rules, tip=done.id) or _in_message(job, done)
    return bench.already(
        tip,
        "The version was raised before.",
        made=[done.id],
        version=str(version or earlier.version),
        previous=str(earlier.current),
    )


def _in_message(job: BumpVersion, done: Earlier) -> str | None:
    before, placeholder, after = job.message.strip().partition(_VERSION)
    rest = re.escape(after).replace(re.escape(_VERSION), r"\S+")
    found = re.match(rf"{re.escape(before)}(\S+?){rest}(?!\S)", done.message)
    return found[1] if found and placeholder else None


def _unreleased(
    bench: JobContext, job: BumpVersion, rules: VersionRules, bump: Bump
) -> Sequence[str]:
    """A word about a version that stands in the files and has no tag, where the rule minds."""
    current = bump.next.current
    tagged = versions_in_tags(bench.tags, rules.tag_pattern).values()
    if job.rule.even_if_unreleased or current in tagged:
        return ()
    told = f"{current} stands in the files but has no tag: it may never have been released."
    return (f"{told} {bump.next.version} goes past it.",)
