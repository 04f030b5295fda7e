"""Histories of which the truth is known: did develop, in the end, contain the fix?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chatops.domain.git.alignment import Containment
from tests.git.git_workshop import Workshop

PARTS = ("parser", "writer", "client", "server")
PAYLOAD = "\n".join(f"    {{'step': {number}, 'total': {number * 7}}}," for number in range(12))


def code(name: str) -> str:
    """A file of 60 lines, each its own."""
    return "".join(f"{name}_{number} = compute_{name}({number * 3})\n" for number in range(60))


FIXED_LINE = "parser_9 = compute_parser(27, strict=True)  # no silent loss of totals\n"
GUARD = "if writer_29 is None:\n    raise MissingWriter('the writer was closed too early')\n"
TEST = "def test_totals_survive():\n    assert compute_parser(27, strict=True) == 81\n"


class Story:
    """Main and develop with some work on each, ready for a fix on main."""

    def __init__(self, place: Path) -> None:
        self.shop = Workshop(place)
        self.shop.commit({f"{name}.py": code(name) for name in PARTS}, "start")
        self.shop.branch("develop")
        self.shop.commit({"client.py": code("client") + "client_more = 1\n"}, "feature")
        self.shop.switch("main")

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.shop.place / path
        text = file.read_text()
        assert old in text, (path, old)
        file.write_text(text.replace(old, new, 1))

    def fix(self) -> str:
        """The fix on main: a changed line, a guard, and a new test."""
        self.make_fix()
        return str(self.shop.commit(message="fix: totals get lost when the parser is lenient"))

    def make_fix(self) -> None:
        self.change_line()
        self.add_guard()
        self.shop.write({"tests/test_totals.py": TEST})

    def change_line(self) -> None:
        self.edit("parser.py", "parser_9 = compute_parser(27)\n", FIXED_LINE)

    def add_guard(self) -> None:
        self.edit("writer.py", "writer_30 =", f"{GUARD}writer_30 =")

    def move_submodule(self, commit: str) -> str:
        self.shop.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/module")
        self.shop.git("commit", "-q", "-m", "Move the module")
        return str(self.shop.head())

    def on_develop(self) -> None:
        self.shop.switch("develop")

    def pick(self, commit: str, *options: str) -> None:
        self.on_develop()
        self.shop.git("cherry-pick", *options, commit)

    def silently(self, message: str = "Tidy up") -> None:
        self.shop.commit(message=message)


@dataclass(frozen=True)
class Case:
    """A story, what came of it, and the truth about it."""

    name: str
    tell: Callable[[Story], str]
    truth: Containment


_CASES: list[Case] = []


def case(truth: Containment) -> Callable[[Callable[[Story], str]], Callable[[Story], str]]:
    def remember(tell: Callable[[Story], str]) -> Callable[[Story], str]:
        _CASES.append(Case(name=tell.__name__, tell=tell, truth=truth))
        return tell

    return remember


def cases() -> list[Case]:
    return list(_CASES)


CONTAINED, ABSENT, UNSURE = Containment.CONTAINED, Containment.ABSENT, Containment.UNSURE


@case(CONTAINED)
def merged_plainly(story: Story) -> str:
    fix = story.fix()
    story.on_develop()
    story.shop.git("merge", "-q", "--no-ff", "-m", "Merge main", "main")
    return fix


@case(CONTAINED)
def fast_forwarded(story: Story) -> str:
    fix = story.fix()
    story.shop.git("branch", "-f", "develop", "main")
    return fix


@case(CONTAINED)
def picked(story: Story) -> str:
    fix = story.fix()
    story.pick(fix)
    return fix


@case(CONTAINED)
def picked_with_trailer_under_another_subject(story: Story) -> str:
    fix = story.fix()
    story.pick(fix, "-x")
    story.shop.git(
        "commit",
        "-q",
        "--amend",
        "--reset-author",
        "-m",
        f"Backport\n\n(cherry picked from commit {fix})",
    )
    return fix


@case(CONTAINED)
def picked_after_a_conflict_that_was_settled_by_hand(story: Story) -> str:
    story.on_develop()
    story.edit(
        "parser.py", "parser_9 = compute_parser(27)\n", "parser_9 = parse_all(27, lenient=False)\n"
    )
    story.silently("develop calls it otherwise")
    story.shop.switch("main")
    fix = story.fix()
    story.on_develop()
    story.edit(
        "parser.py",
        "parse_all(27, lenient=False)",
        "parse_all(27, strict=True)  # no silent loss of totals",
    )
    story.add_guard()
    story.shop.write({"tests/test_totals.py": TEST})
    story.silently(f"fix: totals\n\n(cherry picked from commit {fix})")
    return fix


@case(CONTAINED)
def squashed_with_other_work(story: Story) -> str:
    fix = story.fix()
    story.on_develop()
    story.make_fix()
    story.edit("server.py", "server_3 =", "server_extra = 3\nserver_3 =")
    story.silently("Weekly backports")
    return fix


@case(CONTAINED)
def picked_from_a_pick(story: Story) -> str:
    fix = story.fix()
    story.shop.git("switch", "-q", "-c", "release", "main~1")
    story.shop.git("cherry-pick", "-x", fix)
    story.on_develop()
    story.shop.git("cherry-pick", "-x", "release")
    return fix


@case(CONTAINED)
def overtaken_by_later_work_on_the_same_lines(story: Story) -> str:
    fix = story.fix()
    story.pick(fix, "-x")
    story.edit(
        "parser.py", "27, strict=True)  # no silent loss of totals", "27, mode='strict', retries=3)"
    )
    story.edit("writer.py", "MissingWriter('the writer was closed too early')", "Closed(writer_29)")
    story.silently("Rework parser and writer")
    return fix


@case(CONTAINED)
def overtaken_after_a_silent_pick(story: Story) -> str:
    fix = story.fix()
    story.on_develop()
    story.make_fix()
    story.silently()
    story.edit(
        "parser.py", "27, strict=True)  # no silent loss of totals", "27, mode='strict', retries=3)"
    )
    story.silently("Rework the parser")
    return fix


@case(CONTAINED)
def moved_after_the_backport(story: Story) -> str:
    fix = story.fix()
    story.pick(fix)
    (story.shop.place / "lib").mkdir()
    for name in ("parser.py", "writer.py"):
        story.shop.git("mv", name, f"lib/{name}")
    story.edit("lib/parser.py", "parser_50 =", "parser_fifty =")
    story.silently("Move the library")
    return fix


@case(CONTAINED)
def reverted_and_applied_again(story: Story) -> str:
    fix = story.fix()
    story.pick(fix)
    story.shop.git("revert", "--no-edit", "HEAD")
    story.shop.git("revert", "--no-edit", "HEAD")
    return fix


@case(CONTAINED)
def reverted_and_picked_again_and_then_reworked(story: Story) -> str:
    fix = story.fix()
    story.pick(fix, "-x")
    story.shop.git("revert", "--no-edit", "HEAD")
    story.shop.git("cherry-pick", "-x", fix)
    story.edit(
        "parser.py", "27, strict=True)  # no silent loss of totals", "27, mode='strict', retries=3)"
    )
    story.silently("Rework the parser")
    return fix


@case(CONTAINED)
def its_news_entry_was_swept_up_by_a_release(story: Story) -> str:
    story.make_fix()
    story.shop.write({"news/12.fix": "Totals are kept.\n"})
    fix = str(story.shop.commit(message="fix: totals"))
    story.pick(fix, "-x")
    story.shop.write({"news/13.fix": "Another thing.\n", "CHANGES": "Release notes\n"})
    story.silently("Another thing")
    story.shop.write(
        {"news/12.fix": None, "news/13.fix": None, "CHANGES": "1.3: totals, another thing\n"}
    )
    story.silently("Release 1.3")
    return fix


@case(CONTAINED)
def a_merge_whose_commits_were_picked_one_by_one(story: Story) -> str:
    story.shop.branch("hotfix")
    story.change_line()
    one = story.shop.commit(message="fix: the parser is strict about totals")
    story.add_guard()
    two = story.shop.commit(message="fix: the writer says when it is closed")
    story.shop.switch("main")
    story.shop.git("merge", "-q", "--no-ff", "-m", "Merge hotfix", "hotfix")
    fix = story.shop.head()
    story.pick(str(one))
    story.pick(str(two))
    return str(fix)


@case(CONTAINED)
def a_deletion(story: Story) -> str:
    story.shop.write({"server.py": None})
    story.edit("writer.py", "writer_20 = compute_writer(60)\n", "")
    fix = story.shop.commit(message="fix: drop the server")
    story.pick(str(fix))
    story.edit("writer.py", "writer_40 =", "writer_forty =")
    story.silently()
    return str(fix)


@case(CONTAINED)
def a_binary_file_and_a_mode(story: Story) -> str:
    story.shop.write({"logo.bin": b"\0\1\2" * 100})
    (story.shop.place / "client.py").chmod(0o755)
    fix = story.shop.commit(message="fix: logo and mode")
    story.pick(str(fix))
    return str(fix)


@case(CONTAINED)
def a_rename(story: Story) -> str:
    story.shop.git("mv", "server.py", "daemon.py")
    story.edit("daemon.py", "server_7 =", "daemon_7 =")
    fix = story.shop.commit(message="fix: call it a daemon")
    story.pick(str(fix))
    story.edit("daemon.py", "server_44 =", "daemon_44 =")
    story.silently()
    return str(fix)


@case(CONTAINED)
def brought_by_hand_under_the_same_subject_and_then_reworked(story: Story) -> str:
    fix = story.fix()
    story.on_develop()
    story.make_fix()
    story.shop.commit(message="[develop] fix: totals get lost when the parser is lenient (#12)")
    story.edit(
        "parser.py", "27, strict=True)  # no silent loss of totals", "27, mode='strict', tries=3)"
    )
    story.silently("Rework the parser")
    return fix


@case(CONTAINED)
def brought_under_the_number_of_its_pull_request_and_then_reworked(story: Story) -> str:
    story.make_fix()
    fix = str(story.shop.commit(message="fix: totals (#77)"))
    story.on_develop()
    story.make_fix()
    story.shop.commit(message="Backport PR #77 to develop")
    story.edit(
        "parser.py", "27, strict=True)  # no silent loss of totals", "27, mode='strict', tries=3)"
    )
    story.silently("Rework the parser")
    return fix


@case(CONTAINED)
def asked_by_its_own_pick_on_another_branch(story: Story) -> str:
    original = story.fix()
    story.pick(original)
    story.edit(
        "parser.py", "27, strict=True)  # no silent loss of totals", "27, mode='strict', tries=3)"
    )
    story.silently("Rework the parser")
    story.shop.git("switch", "-q", "-c", "release", "main~1")
    story.shop.git("cherry-pick", "-x", original)
    story.shop.git("commit", "-q", "--amend", "--reset-author", "--no-edit")
    return str(story.shop.head())


@case(CONTAINED)
def a_submodule_that_moved(story: Story) -> str:
    fix = story.move_submodule("2" * 40)
    story.on_develop()
    story.move_submodule("2" * 40)
    return fix


@case(ABSENT)
def a_submodule_that_did_not_move(story: Story) -> str:
    story.on_develop()
    story.move_submodule("1" * 40)
    story.shop.switch("main")
    story.move_submodule("1" * 40)
    return story.move_submodule("2" * 40)


@case(ABSENT)
def spoken_of_but_not_brought(story: Story) -> str:
    fix = story.fix()
    story.on_develop()
    story.shop.commit({"notes": "n"}, f"Note that {fix} has to be brought here, see #77")
    return fix


@case(ABSENT)
def reverted_by_its_subject_alone(story: Story) -> str:
    fix = story.fix()
    story.pick(fix)
    story.shop.git("revert", "--no-commit", "HEAD")
    story.shop.commit(message='Revert "fix: totals get lost when the parser is lenient"')
    return fix


@case(ABSENT)
def never_brought(story: Story) -> str:
    return story.fix()


@case(ABSENT)
def never_brought_and_its_lines_are_gone(story: Story) -> str:
    story.on_develop()
    story.shop.write({"parser.py": None, "writer.py": "rewritten = True\n"})
    story.silently("Rewrite")
    story.shop.switch("main")
    return story.fix()


@case(ABSENT)
def merged_keeping_ours(story: Story) -> str:
    fix = story.fix()
    story.on_develop()
    story.shop.git("merge", "-q", "-s", "ours", "-m", "Merge main", "main")
    return fix


@case(ABSENT)
def reverted(story: Story) -> str:
    fix = story.fix()
    story.pick(fix)
    story.shop.git("revert", "--no-edit", "HEAD")
    return fix


@case(ABSENT)
def merged_and_reverted_by_mainline(story: Story) -> str:
    fix = story.fix()
    story.on_develop()
    story.shop.git("merge", "-q", "--no-ff", "-m", "Merge main", "main")
    story.shop.git("revert", "--no-edit", "-m", "1", "HEAD")
    return fix


@case(ABSENT)
def reverted_without_a_word(story: Story) -> str:
    fix = story.fix()
    story.pick(fix, "-x")
    story.shop.git("revert", "--no-edit", "HEAD")
    story.shop.git("commit", "-q", "--amend", "-m", "Back to how it was")
    return fix


@case(ABSENT)
def a_guard_was_lost_later(story: Story) -> str:
    fix = story.fix()
    story.pick(fix, "-x")
    story.edit("writer.py", GUARD, "")
    story.silently()
    return fix


@case(ABSENT)
def a_guard_was_lost_in_a_merge(story: Story) -> str:
    story.on_develop()
    story.shop.branch("feature")
    story.edit("writer.py", "writer_31 =", "writer_thirty_one =")
    story.silently("A long feature")
    story.shop.switch("main")
    fix = story.fix()
    story.pick(fix, "-x")
    story.shop.try_git("merge", "--no-ff", "--no-commit", "feature")
    story.shop.git("checkout", "feature", "--", "writer.py")
    story.silently("Merge feature")
    return fix


@case(ABSENT)
def brought_in_part(story: Story) -> str:
    fix = story.fix()
    story.on_develop()
    story.change_line()
    story.shop.write({"tests/test_totals.py": TEST})
    story.silently(f"fix: totals\n\n(cherry picked from commit {fix})")
    return fix


@case(ABSENT)
def claimed_by_an_empty_commit(story: Story) -> str:
    fix = story.fix()
    story.on_develop()
    story.shop.commit(message=f"fix: totals\n\n(cherry picked from commit {fix})")
    return fix


@case(ABSENT)
def claimed_by_a_commit_that_does_something_else(story: Story) -> str:
    fix = story.fix()
    story.on_develop()
    story.shop.write({"payload.py": PAYLOAD})
    story.silently(f"Payload\n\n(cherry picked from commit {fix})")
    return fix


@case(ABSENT)
def a_binary_file_that_is_still_the_old_one(story: Story) -> str:
    story.shop.write({"logo.bin": b"\0\1\2" * 100})
    return str(story.shop.commit(message="fix: logo"))


@case(UNSURE)
def brought_without_a_word_and_not_whole(story: Story) -> str:
    fix = story.fix()
    story.on_develop()
    story.make_fix()
    story.edit("writer.py", GUARD, "")
    story.silently()
    return fix


@case(UNSURE)
def reverted_in_words_but_mostly_there(story: Story) -> str:
    fix = story.fix()
    story.pick(fix, "-x")
    story.edit("parser.py", "27, strict=True)  # no silent loss of totals", "27, strict=True)")
    story.silently(f'Revert "fix"\n\nThis reverts commit {fix}.')
    return fix
