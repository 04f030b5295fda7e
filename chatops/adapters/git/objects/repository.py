"""A git directory together with the runner that works on it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from chatops.adapters.git.objects.runner import NOTHING, GitAnswer, GitRunner
from chatops.domain.git.names import RefusedName
from chatops.domain.git.urls import RemoteUrl


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where the objects are, and what each git command on them has to know."""

    path: Path
    runner: GitRunner
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None

    def run(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        env: Mapping[str, str] = NOTHING,
        expect: Collection[int] = (0,),
        timeout: float | None = None,
        keep_open: Sequence[int] = (),
    ) -> GitAnswer:
        return self.runner.run(
            arguments,
            cwd=self.cwd or self.path,
            env={"GIT_DIR": str(self.path), **self.env, **env},
            stdin=stdin,
            expect=expect,
            timeout=timeout,
            keep_open=keep_open,
        )

    def with_env(self, **more: str) -> "Repository":
        return replace(self, env={**self.env, **more})


@contextmanager
def scratch(repo: Repository) -> Iterator[Repository]:
    """A git directory of its own that writes its objects into ``repo``."""
    objects = repo.env.get("GIT_OBJECT_DIRECTORY", str(repo.path / "objects"))
    with _laid_out(repo) as aside:
        yield aside.with_env(GIT_OBJECT_DIRECTORY=objects)


@contextmanager
def isolated(repo: Repository) -> Iterator[Repository]:
    """A git directory that reads the objects of ``repo`` and leaves everything there as it is.

    Where ``repo`` is a partial clone, what it lacks is fetched from its remote into the
    throw-away directory.
    """
    with _laid_out(repo) as aside:
        (aside.path / "objects/info/alternates").write_text(f"{_git_path(repo, 'objects')}\n")
        shallow = _git_path(repo, "shallow")
        if shallow.exists():
            (aside.path / "shallow").write_bytes(shallow.read_bytes())
        yield _with_promisor(repo, aside)


@contextmanager
def _laid_out(repo: Repository) -> Iterator[Repository]:
    """The least that git takes for a repository, without starting git to make it."""
    digest = repo.run("rev-parse", "--show-object-format").text
    extension = "" if digest == "sha1" else f"[extensions]\n\tobjectFormat = {digest}\n"
    with TemporaryDirectory(prefix="chatops-git-") as folder:
        place = Path(folder)
        for inner in ("refs/heads", "refs/tags", "objects/info", "objects/pack"):
            (place / inner).mkdir(parents=True)
        (place / "HEAD").write_text("ref: refs/heads/none\n")
        (place / "config").write_text(
            f"[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n{extension}"
        )
        yield replace(repo, path=place)


def _git_path(repo: Repository, name: str) -> Path:
    return Path(repo.run("rev-parse", "--path-format=absolute", "--git-path", name).text)


def _with_promisor(repo: Repository, aside: Repository) -> Repository:
    """Let a partial clone's remote fill the gaps, if its address is one that we would talk to."""
    found = repo.run(
        "config", "-z", "--get-regexp", r"^remote\..*\.promisor$", expect=(0, 1)
    ).fields()
    for entry in found:
        name = entry.partition("\n")[0].removeprefix("remote.").removesuffix(".promisor")
        address = repo.run("config", "--get", f"remote.{name}.url", expect=(0, 1)).text
        try:
            url = RemoteUrl(address)
        except RefusedName:
            continue
        for key, value in (
            ("extensions.partialClone", "origin"),
            ("remote.origin.url", str(url)),
            ("remote.origin.promisor", "true"),
            ("remote.origin.partialCloneFilter", "blob:none"),
        ):
            aside.run("config", key, value)
        return aside.with_env(GIT_ALLOW_PROTOCOL=url.protocol)
    return aside


def is_shallow(repo: Repository) -> bool:
    """`git rev-parse --is-shallow-repository`."""
    return repo.run("rev-parse", "--is-shallow-repository").text == "true"
