"""Speaks with a remote repository, and keeps a bare mirror of it that all share."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Final

from chatops.adapters.git.errors import (
    EmptyRepository,
    GitFailed,
    GitTrouble,
    MirrorBusy,
    NoDefaultBranch,
    RemoteDenied,
    RemoteGone,
    RemoteUnreachable,
    ShallowRemote,
    UnknownBranch,
)
from chatops.adapters.git.objects.repository import GitRunner, Repository
from chatops.application.ports.git import Credential
from chatops.domain.git.names import BranchName, CommitId, TagName, slug
from chatops.domain.git.urls import RemoteUrl

# The secret is read from a file beside the script: it stands in no environment, no argument
# list and no address, and a redirect to another host does not get it.
_ASKPASS = """\
#!/bin/sh
here=${0%/*}
read -r scheme < "$here/scheme"
read -r host < "$here/host"
case "$1" in
  "Username for '$scheme://$host': ") cat "$here/username" ;;
  "Password for '$scheme://"*"@$host': ") cat "$here/secret" ;;
  *) exit 1 ;;
esac
"""


@contextmanager
def askpass(url: RemoteUrl, credential: Credential | None) -> Iterator[Mapping[str, str]]:
    """The environment in which git can ask for the credential of ``url``."""
    if credential is None or not url.origin:
        yield {}
        return
    with TemporaryDirectory(prefix="chatops-askpass-") as folder:
        scheme, _, host = url.origin.partition("://")
        place = Path(folder)
        for name, content in (
            ("scheme", scheme),
            ("host", host),
            ("username", credential.username),
            ("secret", credential.secret),
        ):
            (place / name).write_text(f"{content}\n")
        script = place / "askpass"
        script.write_text(_ASKPASS)
        script.chmod(0o700)
        yield {"GIT_ASKPASS": str(script)}


_DENIED = (
    "Authentication failed",
    "could not read Username",
    "could not read Password",
    "terminal prompts disabled",
    "Permission denied",
    "Host key verification failed",
    "returned error: 401",
    "returned error: 403",
    "Invalid username or",
)
_GONE = (
    "does not appear to be a git repository",
    "does not exist",
    "not found",
    "returned error: 404",
    "returned error: 410",
    "No such file or directory",
)
_UNREACHABLE = (
    "Could not resolve host",
    "Connection refused",
    "Connection timed out",
    "Network is unreachable",
    "No route to host",
    "Failed to connect",
    "unable to access",
    "unable to connect",
    "Could not read from remote repository",
)
# Once the remote has begun to work on a request, a lost connection says nothing about the outcome.
_UNDER_WAY = (
    "hung up",
    "disconnect",
    "RPC failed",
    "early EOF",
    "report status",
    "timed out after",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A repository elsewhere, and how to get in."""

    url: RemoteUrl
    credential: Credential | None = None

    @contextmanager
    def connected(self, repo: Repository) -> Iterator[Repository]:
        """The repository, with leave to talk to this remote; a refusal has its own class."""
        with askpass(self.url, self.credential) as env:
            try:
                yield repo.with_env(**env, GIT_ALLOW_PROTOCOL=self.url.protocol)
            except GitFailed as error:
                if trouble := refusal(self.url, error.words):
                    raise trouble from error
                raise

    def refs(self, repo: Repository, *patterns: str) -> dict[str, CommitId]:
        """`git ls-remote URL PATTERN…`: what the remote's refs hold at this moment."""
        with self.connected(repo) as online:
            listed = online.run("ls-remote", "--quiet", "--", str(self.url), *patterns).text
        pairs = (line.split("\t") for line in listed.splitlines())
        return {ref: CommitId(oid) for oid, ref in pairs}

    def head(self, repo: Repository) -> str | None:
        """`git ls-remote --symref URL HEAD`: the full ref of the default branch."""
        with self.connected(repo) as online:
            listed = online.run("ls-remote", "--symref", "--", str(self.url), "HEAD").text
        for line in listed.splitlines():
            if line.startswith("ref: "):
                return line.removeprefix("ref: ").partition("\t")[0]
        return None


def refusal(url: RemoteUrl, words: str) -> GitTrouble | None:
    """The class of a refusal that came before anything was changed, or None if that is not sure."""
    if _speaks_of(words, _UNDER_WAY):
        return None
    said = " ".join(words.split())
    for signs, trouble in (
        (_DENIED, RemoteDenied),
        (_GONE, RemoteGone),
        (_UNREACHABLE, RemoteUnreachable),
    ):
        if _speaks_of(words, signs):
            return trouble(str(url), said)
    return None


def _speaks_of(words: str, signs: Sequence[str]) -> bool:
    lowered = words.lower()
    return any(sign.lower() in lowered for sign in signs)


_PAUSE: Final = 0.05


@contextmanager
def locked(place: Path, *, patience: float) -> Iterator[int]:
    """Hold the lock of ``place``; the descriptor that is given holds it as well.

    Git is started with that descriptor: if our process dies, the lock lasts until git has ended,
    so that nobody cleans up under a git that is still working.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(f"{place}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(descriptor, place.name, tries=max(1, round(patience / _PAUSE)))
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, name: str, *, tries: int) -> None:
    never = Event()
    for _ in range(tries):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            never.wait(_PAUSE)
        else:
            return
    raise MirrorBusy(name)


TRACKED = "refs/remotes/origin"
_ALL = (f"+refs/heads/*:{TRACKED}/*", "+refs/tags/*:refs/tags/*")
_SHA256_DIGITS = 64


def mirror_place(folder: Path, url: RemoteUrl) -> Path:
    """Where the mirror of ``url`` stands: readable, and different for every address."""
    name = slug(str(url).removesuffix(".git").rpartition("/")[2]) or "repository"
    return folder / f"{name}-{hashlib.sha256(str(url).encode()).hexdigest()[:12]}.git"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """The bot's own copy of a repository. It holds what the remote holds, and no ref of its own:
    what the bot makes has no name here until the remote has taken it.
    """

    place: Path
    remote: Remote
    runner: GitRunner
    partial: bool = False
    patience: float = 300.0
    first_fetch: float = 3600.0

    @property
    def repo(self) -> Repository:
        return Repository(path=self.place, runner=self.runner)

    @contextmanager
    def at_work(self) -> Iterator[Repository]:
        """The repository to work in; a partial one may fetch what it lacks while it works."""
        if not self.partial:
            yield self.repo
            return
        with self.remote.connected(self.repo) as online:
            yield online

    def fetch(self, *branches: BranchName) -> None:
        """`git fetch --prune origin`: all branches and tags, or only the named branches."""
        with locked(self.place, patience=self.patience) as lock:
            if not self.place.exists():
                self._create(lock)
                return
            _sweep(self.place)
            self._fetch(self.repo, branches, lock, self.runner.timeout)

    def fetch_commit(self, commit: CommitId) -> bool:
        """`git fetch origin COMMIT`: one that no branch leads to any more, if the remote gives it.

        A forge does, as long as it shows a pull request with it.
        """
        with locked(self.place, patience=self.patience) as lock:
            _sweep(self.place)
            with suppress(GitFailed), self.remote.connected(self.repo) as online:
                online.run(
                    "fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
                    "--no-auto-maintenance", "--no-recurse-submodules",
                    "--", "origin", str(commit),
                    keep_open=[lock],
                )  # fmt: skip
                return True
        return False

    def tip(self, branch: BranchName) -> CommitId:
        """`git rev-parse refs/remotes/origin/BRANCH`: the tip when the mirror was last fetched."""
        found = self.repo.run(
            "rev-parse", "--verify", "--quiet", f"{TRACKED}/{branch}", expect=(0, 1, 128)
        )
        if found.code:
            raise UnknownBranch(str(branch))
        return CommitId(found.text)

    def branches(self) -> dict[str, CommitId]:
        """`git for-each-ref refs/remotes/origin`: every branch and its tip."""
        return {ref: CommitId(oid) for ref, oid, _ in self._refs(TRACKED)}

    def tags(self) -> dict[str, CommitId]:
        """`git for-each-ref refs/tags`: every tag and the commit that it leads to."""
        return {ref: CommitId(peeled or oid) for ref, oid, peeled in self._refs("refs/tags")}

    def tag(self, name: TagName) -> CommitId | None:
        return self.tags().get(str(name))

    def default_branch(self) -> BranchName:
        """`git ls-remote --symref origin HEAD`."""
        ref = self.remote.head(self.repo)
        if ref:
            return BranchName(ref.removeprefix("refs/heads/"))
        if not self.branches():
            raise EmptyRepository
        raise NoDefaultBranch

    def remote_refs(self, *refs: str) -> dict[str, CommitId]:
        """`git ls-remote origin REF…`: what the remote holds now, by full ref name."""
        found = self.remote.refs(self.repo, *refs)
        return {ref: found[ref] for ref in refs if ref in found}

    def tidy(self) -> None:
        """`git gc --auto` and `git commit-graph write`: keeps later work quick."""
        with locked(self.place, patience=self.patience) as lock:
            _sweep(self.place)
            self.repo.run("-c", "gc.auto=2000", "gc", "--auto", "--quiet", keep_open=[lock])
            self.repo.run(
                "commit-graph", "write", "--reachable", "--changed-paths", "--no-progress",
                keep_open=[lock], timeout=self.first_fetch,
            )  # fmt: skip

    def _refs(self, below: str) -> Iterator[tuple[str, str, str]]:
        """Each ref's name, its object, and for an annotated tag the one that this leads to."""
        shape = "%(refname)%00%(objectname)%00%(*objectname)"
        listed = self.repo.run("for-each-ref", f"--format={shape}", "--", below).text
        for line in listed.splitlines():
            ref, oid, peeled = line.split("\0")
            yield ref.removeprefix(f"{below}/"), oid, peeled

    def _create(self, lock: int) -> None:
        """Make the mirror aside and move it into place when it is whole."""
        aside = self.place.with_suffix(".new")
        if aside.exists():
            shutil.rmtree(aside)
        aside.mkdir(parents=True)
        repo = replace(self.repo, path=aside)
        known = self.remote.refs(repo, "HEAD", "refs/heads/*")
        wide = any(len(str(oid)) == _SHA256_DIGITS for oid in known.values())
        repo.run("init", "--quiet", "--bare", "--template=", f"--object-format={_digest(wide)}")
        for name, value in self._settings():
            repo.run("config", name, value)
        self._fetch(repo, (), lock, self.first_fetch)
        aside.rename(self.place)

    def _settings(self) -> list[tuple[str, str]]:
        settings = [
            ("remote.origin.url", str(self.remote.url)),
            ("gc.pruneExpire", "14.days.ago"),
            # Without it each question about ancestry walks the whole history.
            ("fetch.writeCommitGraph", "true"),
        ]
        if self.partial:
            settings += [
                ("core.repositoryFormatVersion", "1"),
                ("extensions.partialClone", "origin"),
                ("remote.origin.promisor", "true"),
                ("remote.origin.partialCloneFilter", "blob:none"),
            ]
        return settings

    def _fetch(
        self, repo: Repository, branches: Sequence[BranchName], lock: int, timeout: float
    ) -> None:
        wanted = [f"+{branch.ref}:{TRACKED}/{branch}" for branch in branches] or list(_ALL)
        filtered = ["--filter=blob:none"] if self.partial else []
        with self.remote.connected(repo) as online:
            try:
                answer = online.run(
                    "fetch", "--prune", "--quiet", "--no-tags", "--no-write-fetch-head",
                    "--no-auto-maintenance", "--no-recurse-submodules", *filtered,
                    "--", "origin", *wanted,
                    keep_open=[lock], timeout=timeout,
                )  # fmt: skip
            except GitFailed as error:
                if branches and "couldn't find remote ref" in error.words:
                    raise UnknownBranch(", ".join(map(str, branches))) from error
                raise
        if "shallow roots" in answer.words:
            raise ShallowRemote(str(self.remote.url))


def _digest(wide: bool) -> str:
    return "sha256" if wide else "sha1"


def _sweep(place: Path) -> None:
    """Remove the lock files that a killed git left behind; only the holder of our lock may."""
    below = (place / "refs", place / "objects/info")
    for left in (*place.glob("*.lock"), *(each for top in below for each in top.rglob("*.lock"))):
        left.unlink(missing_ok=True)
