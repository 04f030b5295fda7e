"""Changing files by content, in the object store."""

import stat

import pytest

from chatops.adapters.git.errors import UnsupportedChange
from chatops.adapters.git.objects.objects import change_files, read_objects
from tests.git.git_workshop import Workshop


def test_the_tree_is_the_one_that_git_itself_would_write(workshop: Workshop) -> None:
    workshop.write({"run.sh": "old\n", "a/b/c.txt": "old\n", "a/only/d.txt": "gone\n", "z": "z\n"})
    (workshop.place / "run.sh").chmod(stat.S_IRWXU)
    before = workshop.commit()
    changes: dict[str, str | bytes | None] = {
        "run.sh": "new\n",
        "a/b/c.txt": "new\n",
        "a/only/d.txt": None,
        "n/e/w.bin": b"\0\1",
        "a-b": "sorts between a and a/\n",
        "größe ü.txt": "",
    }
    workshop.commit(changes)

    tree = change_files(
        workshop.repo,
        str(before),
        {k: v.encode() if isinstance(v, str) else v for k, v in changes.items()},
    )

    assert tree == workshop.tree()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../x", "not a path inside"),
        ("/x", "not a path inside"),
        ("a//b", "not a path inside"),
        (".GIT/config", "not a path inside"),
        ("file/x", "“file” is not a folder"),
        ("folder", "not a plain file"),
        ("link", "not a plain file"),
        ("sub", "not a plain file"),
        ("sub/x", "“sub” is not a folder"),
    ],
)
def test_what_is_no_plain_file_is_left_alone(workshop: Workshop, path: str, reason: str) -> None:
    workshop.write({"file": "f", "folder/x": "x"})
    (workshop.place / "link").symlink_to("file")
    head = workshop.commit()
    workshop.git("update-index", "--add", "--cacheinfo", f"160000,{head},sub")
    workshop.git("commit", "-q", "-m", "with a submodule")

    with pytest.raises(UnsupportedChange, match=reason):
        change_files(workshop.repo, str(workshop.head()), {path: b"x"})


def test_a_file_that_is_not_there_cannot_be_taken_away(workshop: Workshop) -> None:
    head = workshop.commit({"a": "a"})
    with pytest.raises(UnsupportedChange, match="it is not there"):
        change_files(workshop.repo, str(head), {"b": None})


def test_objects_are_read_by_id_and_by_path_whatever_the_path_holds(workshop: Workshop) -> None:
    strange = "a b\nc'\"é"
    head = workshop.commit({strange: "found"})
    found = read_objects(workshop.repo, [f"{head}:{strange}", f"{head}:nope\nno", str(head)])
    assert found[f"{head}:{strange}"].content == b"found"
    assert set(found) == {f"{head}:{strange}", str(head)}
