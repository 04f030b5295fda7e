"""Raises the version of a service in one commit, by the rules for its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatops.adapters.gitops.commits import Hands, with_trailers, write_commit
from chatops.adapters.gitops.objects import Signature, read_commit, read_objects
from chatops.adapters.gitops.picking import Trailers
from chatops.adapters.gitops.repository import Repository
from chatops.adapters.gitops.trees import change_files
from chatops.domain.git.names import CommitId
from chatops.domain.git.version_files import (
    UnreadableVersionFile,
    VersionFile,
    current_version,
    raise_version,
)
from chatops.domain.git.versions import (
    NextVersion,
    Step,
    Version,
    asked_version,
    next_version,
    versions_in_tags,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRules:
    """Where the version of a service is written, and how its tags are named."""

    files: Sequence[VersionFile] = ()
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
    step: Step = Step.PATCH,
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
    by: Hands,
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


def _read_files(repo: Repository, files: Sequence[VersionFile], tip: CommitId) -> dict[str, str]:
    found = read_objects(repo, (f"{tip}:{file.path}" for file in files))
    texts = {}
    for file in files:
        stored = found.get(f"{tip}:{file.path}")
        if stored is None or stored.kind != "blob":
            raise UnreadableVersionFile(file.path, "the file is not there")
        try:
            texts[file.path] = stored.content.decode()
        except UnicodeDecodeError as error:
            raise UnreadableVersionFile(file.path, "it is not UTF-8 text") from error
    return texts


def _tags(repo: Repository, *options: str) -> list[str]:
    """`git for-each-ref refs/tags`: the names of the tags, all or only those merged."""
    return repo.run(
        "for-each-ref", "--format=%(refname:lstrip=2)", *options, "--", "refs/tags"
    ).text.splitlines()
