"""Finds the commit that a person means: by its id, part of its id, or its pull request."""

import re
from collections.abc import Sequence
from typing import Final

from chatops.adapters.git.errors import UnknownCommit
from chatops.adapters.git.objects.commits import describe, is_ancestor
from chatops.adapters.git.objects.objects import read_commit
from chatops.adapters.git.objects.repository import Repository
from chatops.domain.errors import UserError
from chatops.domain.git.names import CommitId

_ID: Final = re.compile(r"[0-9a-fA-F]{4,64}")
_REQUEST: Final = re.compile(r"#([1-9][0-9]{0,9})")
_PICKED: Final = re.compile(r"\(cherry picked from commit ([0-9a-f]{40,64})\)")
_MOST_SHOWN: Final = 5


def not_acommit_name(text: str) -> UserError:
    """What was typed can neither be an id nor a pull request."""
    shown = "".join(c if c.isprintable() else "�" for c in text)
    return UserError(
        f"“{shown:.60}” names no commit. Give its id (`4f2c9e1`) or a pull request (`#12`)."
    )


def unclear_commit(text: str, found: Sequence[str]) -> UserError:
    """The name fits several commits."""
    listed = "\n".join(f"• {each}" for each in found[:_MOST_SHOWN])
    return UserError(f"“{text}” can mean {len(found)} commits. Give the full id:\n{listed}")


def unknown_request(text: str, where: str) -> UserError:
    """No commit speaks of the pull request."""
    return UserError(
        f"No commit {where} says that it brought {text} in (“Merge pull request {text}” or "
        f"“… ({text})”). Give the id of the commit instead."
    )


def not_on_branch(commit: CommitId, branch: str) -> UserError:
    """The commit is not in the history of the branch."""
    return UserError(
        f"{commit.short} is not in the history of `{branch}`, so there is nothing of it to "
        f"take back there. Give the id that it has on `{branch}`."
    )


def exact_commit(repo: Repository, text: str) -> CommitId:
    """The commit of this id, or of an id that begins so."""
    if not _ID.fullmatch(text):
        raise not_acommit_name(text)
    return _one(repo, text, _beginning(repo, text.lower()))


def commit_on(repo: Repository, text: str, *, branch: str, tip: CommitId) -> CommitId:
    """The commit on a branch that a person's words for it mean."""
    if _REQUEST.fullmatch(text.strip()):
        return _one(repo, text, _of_request(repo, text.strip(), str(tip), where=f"on `{branch}`"))
    if not _ID.fullmatch(text.strip()):
        raise not_acommit_name(text)
    found = _beginning(repo, text.strip().lower())
    on_branch = [commit for commit in found if is_ancestor(repo, commit, tip)]
    if found and not on_branch:
        raise not_on_branch(found[0], branch)
    return _one(repo, text, on_branch)


def commit_anywhere(repo: Repository, text: str) -> CommitId:
    """The commit on any branch or tag that a person's words for it mean."""
    if _REQUEST.fullmatch(text.strip()):
        found = _of_request(repo, text.strip(), "--all", where="of the repository")
        return _one(repo, text, found)
    if not _ID.fullmatch(text.strip()):
        raise not_acommit_name(text)
    known = [each for each in _beginning(repo, text.strip().lower()) if _is_held(repo, each)]
    return _one(repo, text, known)


def parents_of(repo: Repository, commit: CommitId) -> int:
    return len(read_commit(repo, commit).parents)


def _one(repo: Repository, text: str, found: Sequence[CommitId]) -> CommitId:
    if not found:
        raise UnknownCommit(text)
    if len(found) > 1:
        lines = describe(repo, found[:_MOST_SHOWN])
        raise unclear_commit(text, [f"{each.id.short} {each.subject:.60}" for each in lines])
    return found[0]


def _beginning(repo: Repository, digits: str) -> list[CommitId]:
    """`git rev-parse --disambiguate=DIGITS`, the commits among them."""
    listed = repo.run("rev-parse", f"--disambiguate={digits}").text.split()
    if not listed:
        return []
    kinds = repo.run("cat-file", "--batch-check", stdin="\n".join([*listed, ""]).encode()).text
    return [
        CommitId(name) for name, kind, *_ in map(str.split, kinds.splitlines()) if kind == "commit"
    ]


def _is_held(repo: Repository, commit: CommitId) -> bool:
    """`git rev-list -1 COMMIT --not --all`: whether a branch or tag of the remote leads to it."""
    return not repo.run("rev-list", "-1", str(commit), "--not", "--all").text


def _of_request(repo: Repository, text: str, span: str, *, where: str) -> list[CommitId]:
    """`git log --grep`: the commits that say they brought a pull request in, not their copies."""
    number = text.removeprefix("#")
    answer = repo.run(
        "log", "-z", "-E", f"--grep=Merge pull request #{number}([^0-9]|$)",
        f"--grep=\\(#{number}\\)", "--format=%H%x00%s%x00%b", span, "--",
    )  # fmt: skip
    fields = iter(answer.text.split("\0"))
    brings = re.compile(rf"Merge pull request #{number}\b.*|.*\(#{number}\)")
    found = {
        commit: body
        for commit, subject, body in zip(fields, fields, fields, strict=False)
        if brings.fullmatch(subject.strip())
    }
    if not found:
        raise unknown_request(text, where)
    copies = {commit for commit, body in found.items() if found.keys() & set(_PICKED.findall(body))}
    return [CommitId(commit) for commit in found if commit not in copies]
