"""Throw-away git directories that see a repository's objects but none of its refs or settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from chatops.adapters.gitops.repository import Repository
from chatops.domain.git.names import RefusedName
from chatops.domain.git.urls import RemoteUrl


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
