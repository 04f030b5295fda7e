"""Histories made up by hypothesis: two sides that change the same files in every way there is."""

from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from tests.git.git_workshop import Workshop

LINES = [f"line {number}" for number in range(1, 13)]
BINARY = b"\0\1\2binary\n" * 30
FILES: dict[str, bytes] = {
    "plain.txt": "\n".join([*LINES, ""]).encode(),
    "other.txt": "\n".join([*LINES, "other", ""]).encode(),
    "doze.txt": "\r\n".join([*LINES, "doze", ""]).encode(),
    "image.bin": BINARY,
    "lib/one.c": "\n".join([*LINES, "one", ""]).encode(),
    "lib/two.c": "\n".join([*LINES, "two", ""]).encode(),
    "lib/deep/three.c": "\n".join([*LINES, "three", ""]).encode(),
    "log.union": b"first\nlast\n",
    "lib/log.union": b"first\nlast\n",
    "short": b"x\n",
}
ATTRIBUTES = [
    None,
    b"*.union merge=union\n",
    b"*.txt -merge\n*.bin merge=binary\n",
    b"[attr]joined merge=union\nlib/*.c joined\n* text=auto\n",
    b"*.txt text eol=crlf\nlib/** merge=unknown\n",
]
NESTED = [None, b"*.union merge=union\n", b"*.c -merge\n*.union !merge\n"]
NAMES = sorted(FILES)

Step = Callable[[Workshop], None]


def _existing(workshop: Workshop, name: str) -> Path | None:
    path = workshop.place / name
    return path if path.is_file() and not path.is_symlink() else None


def edit(name: str, line: int, words: str) -> Step:
    def step(workshop: Workshop) -> None:
        if path := _existing(workshop, name):
            lines = path.read_bytes().split(b"\n")
            lines[line % len(lines)] = words.encode() + (b"\r" if name == "doze.txt" else b"")
            path.write_bytes(b"\n".join(lines))

    return step


def append(name: str, words: str) -> Step:
    def step(workshop: Workshop) -> None:
        if path := _existing(workshop, name):
            path.write_bytes(path.read_bytes() + words.encode() + b"\n")

    return step


def remove(name: str) -> Step:
    def step(workshop: Workshop) -> None:
        if path := _existing(workshop, name):
            path.unlink()

    return step


def move(name: str, target: str) -> Step:
    def step(workshop: Workshop) -> None:
        path, to = _existing(workshop, name), workshop.place / target
        if path and not to.exists() and not _blocked(workshop.place, to):
            to.parent.mkdir(parents=True, exist_ok=True)
            path.rename(to)

    return step


def move_folder(target: str) -> Step:
    def step(workshop: Workshop) -> None:
        lib, to = workshop.place / "lib", workshop.place / target
        if lib.is_dir() and not to.exists():
            lib.rename(to)

    return step


def change_mode(name: str) -> Step:
    def step(workshop: Workshop) -> None:
        if path := _existing(workshop, name):
            path.chmod(0o755)

    return step


def rewrite(name: str, content: bytes) -> Step:
    def step(workshop: Workshop) -> None:
        path = workshop.place / name
        if not path.is_symlink() and not path.is_dir() and not _blocked(workshop.place, path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    return step


def unix_ends(name: str) -> Step:
    def step(workshop: Workshop) -> None:
        if path := _existing(workshop, name):
            path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))

    return step


def link(name: str) -> Step:
    def step(workshop: Workshop) -> None:
        if path := _existing(workshop, name):
            path.unlink()
            path.symlink_to("plain.txt")

    return step


def folder_in_place(name: str) -> Step:
    def step(workshop: Workshop) -> None:
        if path := _existing(workshop, name):
            path.unlink()
            path.mkdir()
            (path / "inside").write_text("inside\n")

    return step


def submodule(commit: str) -> Step:
    def step(workshop: Workshop) -> None:
        workshop.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/module")
        (workshop.place / "vendor/module").mkdir(parents=True, exist_ok=True)

    return step


def _blocked(top: Path, path: Path) -> bool:
    """Whether a file stands where a folder on the way to ``path`` would have to be."""
    return any(
        parent.is_symlink() or parent.is_file() for parent in path.parents if parent != top.parent
    )


_names = st.sampled_from(NAMES)
_words = st.sampled_from(["alpha", "beta", "gamma", ""])
_targets = st.sampled_from(["moved.txt", "lib/moved.c", "new/place.txt", "lib/deep/moved.c"])
steps = st.one_of(
    st.builds(edit, _names, st.integers(0, 12), _words),
    st.builds(edit, _names, st.integers(0, 12), _words),
    st.builds(append, _names, _words),
    st.builds(remove, _names),
    st.builds(move, _names, _targets),
    st.builds(move_folder, st.sampled_from(["src", "pkg"])),
    st.builds(change_mode, _names),
    st.builds(rewrite, st.just("image.bin"), st.sampled_from([BINARY + b"a", BINARY + b"b"])),
    st.builds(
        rewrite,
        st.sampled_from(["lib/added.c", "added.txt", "lib/deep/added.c"]),
        st.sampled_from([b"added\n", b"added otherwise\n", b"\0added"]),
    ),
    st.builds(unix_ends, st.just("doze.txt")),
    st.builds(link, _names),
    st.builds(folder_in_place, st.sampled_from(["short", "other.txt"])),
    st.builds(submodule, st.sampled_from(["1" * 40, "2" * 40, "3" * 40])),
)
sides = st.lists(steps, min_size=1, max_size=4)


def start(workshop: Workshop, attributes: bytes | None, nested: bytes | None) -> None:
    """The first commit: files of every kind, with or without attributes."""
    workshop.write(FILES)
    submodule("0" * 39 + "1")(workshop)
    if attributes is not None:
        workshop.write({".gitattributes": attributes})
    if nested is not None:
        workshop.write({"lib/.gitattributes": nested})
    record(workshop, "start")


def record(workshop: Workshop, message: str) -> None:
    """Commit everything; the submodule is an entry without a checkout, which `add` would drop."""
    workshop.git("add", "-A", "--", ".", ":(exclude)vendor/module")
    workshop.git("commit", "-q", "--allow-empty", "-m", message)
