"""A large repository made quickly: many files, many commits, main and develop, fixes to bring."""

import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LC_ALL": "C",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_AUTHOR_NAME": "Eve",
    "GIT_AUTHOR_EMAIL": "eve@example.com",
    "GIT_COMMITTER_NAME": "Eve",
    "GIT_COMMITTER_EMAIL": "eve@example.com",
}
PER_FOLDER = 50
LINES = 40


@dataclass(frozen=True)
class Large:
    """The bare remote and the fixes on main that develop lacks."""

    remote: Path
    fixes: list[str]


def git(place: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=place, env=ENVIRONMENT, check=True, capture_output=True
    )
    return done.stdout.decode().strip()


def path_of(number: int) -> str:
    return f"area{number // (PER_FOLDER * 40)}/part{number // PER_FOLDER}/file{number}.py"


def content_of(number: int, change: int = 0) -> bytes:
    lines = [f"value_{number}_{line} = compute({number}, {line})" for line in range(LINES)]
    lines[change % LINES] += f"  # change {change}"
    return ("\n".join(lines) + "\n").encode()


def generate(place: Path, *, files: int, commits: int, fixes: int) -> Large:
    """`git fast-import` of it all: a common start, ``commits`` on develop, ``fixes`` on main."""
    remote = place / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
    stream = subprocess.Popen(
        ["git", "fast-import", "--quiet"], cwd=remote, env=ENVIRONMENT, stdin=subprocess.PIPE
    )
    assert stream.stdin
    for block in _stream(files, commits, fixes):
        stream.stdin.write(block)
    stream.stdin.close()
    assert stream.wait() == 0
    found = git(remote, "rev-list", "--reverse", "main", "--not", "develop").split()
    return Large(remote=remote, fixes=found)


def _stream(files: int, commits: int, fixes: int) -> Iterator[bytes]:
    chance = random.Random(7)  # noqa: S311 - a made-up history, the same each time
    yield _commit("main", 1, "start")
    for number in range(files):
        yield _file(number, content_of(number))
    yield b"reset refs/heads/develop\nfrom refs/heads/main\n\n"
    for change in range(1, commits + 1):
        yield _commit("develop", change, f"work {change}")
        number = chance.randrange(fixes, files)
        yield _file(number, content_of(number, change))
    for fix in range(fixes):
        yield _commit("main", commits + fix, f"fix {fix}: the value was wrong")
        text = content_of(fix).replace(b"_7 = compute(", b"_7 = compute_exactly(")
        yield _file(fix, text)


def _commit(branch: str, moment: int, message: str) -> bytes:
    who = f"Eve <eve@example.com> {1_700_000_000 + moment * 60} +0000"
    return (
        f"commit refs/heads/{branch}\nauthor {who}\ncommitter {who}\n"
        f"data {len(message)}\n{message}\n"
    ).encode()


def _file(number: int, content: bytes) -> bytes:
    return f"M 100644 inline {path_of(number)}\ndata {len(content)}\n".encode() + content + b"\n"
