"""`chatops git`: the proof and the pick for shells and CI, on any repository, leaving no trace."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, assert_never

import typer
from typer.core import TyperCommand, TyperGroup

from chatops.adapters.git.alignment.prove import prove, prove_range
from chatops.adapters.git.errors import GitFailed, NotARepository
from chatops.adapters.git.merge.cherry_pick import pick_tree
from chatops.adapters.git.merge.three_way import Merged
from chatops.adapters.git.objects.objects import find_commit
from chatops.adapters.git.objects.repository import GitRunner, Repository, isolated
from chatops.domain.errors import UserError
from chatops.domain.git.alignment import Containment, ProofResult

CONFLICT: Final = 1
WRONG: Final = 3


class _Strict:
    """Tells a wrong call by an exit code that no answer has: 2 would be read as `unsure`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        with _own_code():
            parsed: list[str] = super().parse_args(ctx, args)  # type: ignore[misc] # mixed into a command
        return parsed

    def invoke(self, ctx: Any) -> Any:
        with _own_code():
            return super().invoke(ctx)  # type: ignore[misc] # mixed into a command


class StrictCommand(_Strict, TyperCommand):
    """A command whose wrong calls end with WRONG."""


class StrictGroup(_Strict, TyperGroup):
    """A group whose wrong calls end with WRONG."""


git_app = typer.Typer(
    name="git",
    help="Ask git what the bot would ask it: is a fix there, and would it apply?",
    cls=StrictGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

RepositoryPath = Annotated[
    Path, typer.Argument(metavar="REPO", help="A repository: bare, or with a work tree.")
]


@git_app.command("aligned", cls=StrictCommand)
def aligned_command(
    repo: RepositoryPath,
    fix: Annotated[str, typer.Argument(metavar="FIX", help="The fix: a commit, or A..B.")],
    tip: Annotated[
        str, typer.Argument(metavar="TIP", help="Where it should be: a branch or commit.")
    ],
) -> None:
    """Prove whether TIP contains FIX: contained (exit 0), absent (1) or unsure (2)."""
    with _told():
        proof = _prove(open_repository(repo), fix, tip)
    _say([proof.answer, *proof.lines])
    raise typer.Exit(_code(proof.answer))


@git_app.command("pick", cls=StrictCommand)
def pick_command(
    repo: RepositoryPath,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The commit to bring.")],
    onto: Annotated[
        str, typer.Argument(metavar="ONTO", help="The branch or commit to bring it to.")
    ],
    mainline: Annotated[
        int | None, typer.Option(help="Of a merge: the parent it was merged into, nearly always 1.")
    ] = None,
) -> None:
    """Print the tree that picking SOURCE onto ONTO would give, or `conflict` and the paths."""
    with _told():
        place = open_repository(repo)
        wanted, target = find_commit(place, source), find_commit(place, onto)
        with isolated(place) as aside:
            outcome = pick_tree(aside, wanted, target, mainline=mainline)
    if isinstance(outcome, Merged):
        _say([outcome.tree])
        return
    _say(["conflict", *outcome.paths])
    raise typer.Exit(CONFLICT)


def open_repository(path: Path) -> Repository:
    """The repository at a path that a person has named, whoever owns it."""
    runner = GitRunner()
    if not path.is_dir():
        raise NotARepository(str(path))
    try:
        found = runner.run(["-c", "safe.directory=*", "rev-parse", "--absolute-git-dir"], cwd=path)
    except GitFailed as error:
        raise NotARepository(str(path)) from error
    return Repository(path=Path(found.text), runner=runner)


def _prove(place: Repository, fix: str, tip: str) -> ProofResult:
    base, span, end = fix.partition("..")
    fixed, target = find_commit(place, end if span else fix), find_commit(place, tip)
    start = find_commit(place, base) if span else None
    with isolated(place) as aside:
        if start:
            return prove_range(aside, start, fixed, target)
        return prove(aside, fixed, target)


def _code(answer: Containment) -> int:
    match answer:
        case Containment.CONTAINED:
            return 0
        case Containment.ABSENT:
            return 1
        case Containment.UNSURE:
            return 2
        case _ as never:
            assert_never(never)


@contextmanager
def _told() -> Iterator[None]:
    """Tell a mistake in one line on stderr, and end with a code that no answer has."""
    try:
        yield
    except UserError as mistake:
        _fail(str(mistake))


def _fail(words: str) -> NoReturn:
    typer.echo(" ".join(words.split()), err=True)
    raise typer.Exit(WRONG)


@contextmanager
def _own_code() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if isinstance(getattr(error, "exit_code", None), int) and not isinstance(error, typer.Exit):
            error.exit_code = WRONG  # type: ignore[attr-defined] # typer's usage errors have one
        raise


def _say(lines: Sequence[str]) -> None:
    text = "\n".join(map(_on_one_line, lines))
    typer.echo(text.encode("utf-8", "surrogateescape"))


def _on_one_line(text: str) -> str:
    """The text without signs that would end the line or steer a terminal; paths may hold any."""
    return "".join(
        c if c.isprintable() or "\udc80" <= c <= "\udcff" else f"\\u{ord(c):04x}" for c in text
    )


if __name__ == "__main__":
    git_app()
