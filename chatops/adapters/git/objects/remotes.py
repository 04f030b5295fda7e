"""Talks to a remote repository: with its protocol alone, its credential, and typed refusals."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chatops.adapters.git.errors import (
    GitFailed,
    GitTrouble,
    RemoteDenied,
    RemoteGone,
    RemoteUnreachable,
)
from chatops.adapters.git.objects.repository import Repository
from chatops.application.ports.git import Credential
from chatops.domain.git.names import CommitId
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
