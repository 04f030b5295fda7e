"""The table of `/hotfix`, and how what is typed is understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.commands.action import Action, ParsedCommand
from chatops.commands.catalogue import HOTFIX
from chatops.commands.parser import parse, vocabulary
from chatops.commands.usage import DidYouMean, help_text
from chatops.commands.words import Mentioned
from chatops.domain.errors import UnknownPerson, UserError
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.team import Team
from tests.slack.incoming.bench import TEMPLATES

_SHELF = PlaybookRepository(TEMPLATES / "priority", templates=TEMPLATES)
_TEAM = Team(audiences={"on_call": ("U1",)}, hotfix_command="/fix")
KNOWN = vocabulary(_TEAM, _SHELF.revive(_SHELF.current()), HOTFIX)

TURNED = "\u202eturned\u2066"


def typed(text: str) -> ParsedCommand:
    return parse(text, KNOWN)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", "hotfix_start"),
        ("  ", "hotfix_start"),
        ("start", "hotfix_start"),
        ("status", "hotfix_status"),
        ("2", "hotfix_status"),
        ("INC-2026-014", "hotfix_start"),
        ("INC-2026-014 2", "hotfix_status"),
        ("NEXT", "hotfix_next"),
        ("log", "hotfix_log"),
        ("log src/pay.py", "hotfix_log"),
        ("ready", "hotfix_ready"),
        ("check", "hotfix_check"),
        ("rollback errors everywhere", "hotfix_rollback"),
        ("help", "hotfix_help"),
        ("help me", "hotfix_help"),
    ],
)
def test_the_first_words_say_what_is_ordered(text: str, order: str) -> None:
    assert typed(text).action.name == order


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", ""),
        ("status", ""),
        ("next", "form_hotfix_next"),
        ("revert", "form_hotfix_fix"),
        ("revert 4f2c9e1", ""),
        ("pick", "form_hotfix_fix"),
        ("pick 4f2c9e1", ""),
        ("ready", ""),
        ("approve", "form_hotfix_approve"),
        ("approve verbal <@U2|lena>", "form_hotfix_approve"),
        ("check", "form_hotfix_checklist"),
        ("skip", "form_hotfix_skip"),
        ("skip reproduce", "form_hotfix_skip"),
        ("skip reproduce <@U2|lena>", "form_hotfix_skip"),
        ("skip reproduce it is plain from the log", ""),
        ("rollback", "form_hotfix_rollback"),
        ("back", ""),
        ("rollback it is worse", "form_hotfix_rollback"),
        ("backport", "form_hotfix_backport"),
        ("backport develop", ""),
        ("align", ""),
        ("align develop", ""),
        ("waive", "form_hotfix_waive"),
        ("waive develop", "form_hotfix_waive"),
        ("waive develop it has another engine", ""),
        ("flag new-checkout off", ""),
        ("abort", "form_hotfix_abort"),
        ("abort it was the network", ""),
        ("log", "form_hotfix_log"),
    ],
)
def test_a_form_opens_unless_enough_was_typed(text: str, form: str) -> None:
    assert typed(text).form == form


_SAMPLES = {
    "commit": "4f2c9e1",
    "spoken": "verbal <@U2|lena>",
    "step": "reproduce",
    "leave": "<@U2|lena>",
    "branch": "develop",
    "flag": "new-checkout off",
    "files": "src/pay.py",
    "reason": "it is worse",
    "text": "approve",
}


@pytest.mark.parametrize("row", HOTFIX.actions, ids=lambda row: row.pattern)
def test_every_row_is_understood_as_it_is_shown(row: Action) -> None:
    written = [*row.words, *(_SAMPLES[each.kind.name] for each in row.arguments)]

    understood = typed(" ".join(written))

    assert understood.action == row
    assert understood.form == ("" if row.enough else row.form)


@pytest.mark.parametrize(
    ("text", "reference", "number"),
    [
        ("next", "", None),
        ("2 next", "", 2),
        ("#2 next", "", 2),
        ("next 2", "", 2),
        ("inc-2026-014 next", "inc-2026-014", None),
        ("INC-2026-014: 2 next", "INC-2026-014", 2),
        ("next INC-2026-014", "INC-2026-014", None),
        ("2 next INC-2026-014", "INC-2026-014", 2),
        ("2 skip reproduce it is plain", "", 2),
    ],
)
def test_an_incident_and_a_number_pick_the_hotfix(
    text: str, reference: str, number: int | None
) -> None:
    assert (typed(text).reference, typed(text).number) == (reference, number)


@pytest.mark.parametrize(
    ("text", "commit"),
    [
        ("revert 4f2c9e1", "4f2c9e1"),
        ("revert 4F2C9E1", "4f2c9e1"),
        ("revert #12", "#12"),
        ("revert PR#12", "#12"),
        ("revert !12", "#12"),
        ("revert <https://github.com/shop/api/pull/12|#12>", "#12"),
        ("revert <https://github.com/shop/api/pull/12/files>", "#12"),
        ("revert <https://git.test/shop/api/-/merge_requests/7>", "#7"),
        ("pick <https://github.com/shop/api/commit/4f2c9e1aa>", "4f2c9e1aa"),
        ("pick “4f2c9e1”", "4f2c9e1"),
    ],
)
def test_a_commit_is_named_by_its_id_or_its_pull_request(text: str, commit: str) -> None:
    assert typed(text).commit == commit


@pytest.mark.parametrize(
    "odd",
    [
        "--upload-pack=x",
        "-rf",
        "HEAD",
        "HEAD~1",
        "@{-1}",
        "main",
        "4f2c9e1;rm",
        "4f2c9e1 4f2c9e2",
        "#0",
        "#1\u0663",
        "#",
        '"',
        TURNED,
        "\uff14f2c9e1",
        "4f2\n-x",
        "x" * 300,
        "a" * 300,
    ],
)
def test_what_names_no_commit_is_refused_with_the_usage(odd: str) -> None:
    for order in ("revert", "pick"):
        with pytest.raises(UserError, match="names no commit") as refused:
            typed(f"{order} {odd}")
        assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("text", "step", "leave", "reason"),
    [
        ("skip reproduce it is plain", StepKind.REPRODUCE, "", "it is plain"),
        ("skip pull_request no forge", StepKind.PULL_REQUEST, "", "no forge"),
        ("skip pull-request no forge", StepKind.PULL_REQUEST, "", "no forge"),
        ("skip Pull Request no forge", StepKind.PULL_REQUEST, "", "no forge"),
        ("skip stage <@U2|lena> nothing to see", StepKind.STAGE, "U2", "nothing to see"),
        ("skip stage “nothing\nto see”", StepKind.STAGE, "", "nothing\nto see"),
        (f"skip stage {TURNED}", StepKind.STAGE, "", TURNED),
    ],
)
def test_a_step_is_skipped_with_leave_and_reason(
    text: str, step: StepKind, leave: str, reason: str
) -> None:
    skip = typed(text)

    assert (skip.step, skip.reason) == (step, reason)
    assert skip.people == ((Mentioned(id=leave),) if leave else ())


def test_an_unknown_step_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UserError, match=r"Did you mean reproduce\? Steps are called gate, bra"):
        typed("skip reprduce no time")
    with pytest.raises(UserError, match=r"“lunch” is no step\. Steps"):
        typed("skip lunch")


def test_leave_is_given_by_one_person() -> None:
    with pytest.raises(UserError, match="one person"):
        typed("skip stage <!subteam^S1|@ops> no time")


@pytest.mark.parametrize("word", ["verbal", "verbally", "spoken by", "Verbal by", ""])
def test_a_spoken_approval_names_who_spoke(word: str) -> None:
    assert typed(f"approve {word} <@U2|lena>").people == (Mentioned(id="U2"),)


def test_a_spoken_approval_by_nobody_is_refused() -> None:
    with pytest.raises(UnknownPerson, match="nobody called “@lean”"):
        typed("approve verbal @lean")
    for text in ("approve verbal", "approve verbal <!subteam^S1|@ops>", "approve it"):
        with pytest.raises(UserError, match=r"/fix approve \[verbal @person\]"):
            typed(text)


def test_a_flag_is_turned_off_and_nothing_else() -> None:
    assert typed("flag new-checkout off").flag == typed("flag new-checkout").flag == "new-checkout"
    with pytest.raises(UserError, match="only be turned off"):
        typed("flag new-checkout on")
    with pytest.raises(UserError, match=r"/fix flag <name> off"):
        typed("flag")


def test_files_are_paths_one_after_the_other() -> None:
    assert typed("log src/pay.py <http://README.md|README.md>").files == (
        "src/pay.py",
        "README.md",
    )
    with pytest.raises(UserError, match="At most 10 files"):
        typed("log " + "a " * 11)
    with pytest.raises(UserError, match="At most 10 files"):
        typed("log " + "x" * 1501)


def test_a_branch_comes_before_its_reason() -> None:
    waive = typed("waive release/1.2 it has another engine")

    assert (waive.branch, waive.reason) == ("release/1.2", "it has another engine")


@pytest.mark.parametrize(
    "text",
    [
        "backport develop now",
        "align develop now",
        "next please",
        "next 2 3",
        "2 next 3",
        "status of it",
        "backport " + "x" * 300,
    ],
)
def test_more_than_a_command_takes_is_told_its_usage(text: str) -> None:
    with pytest.raises(UserError, match="Write it like this:\n`/fix "):
        typed(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("nxet", "next"),
        ("aprove", "approve"),
        ("skp reproduce no time", "skip reproduce no time"),
        ("2 nxt", "2 next"),
    ],
)
def test_a_slip_of_the_finger_is_answered_with_what_was_meant(text: str, meant: str) -> None:
    with pytest.raises(DidYouMean, match=f"Did you mean `/fix {meant}`.*`/fix help`"):
        typed(text)


def test_an_unknown_word_starts_nothing_and_is_answered_with_the_table() -> None:
    with pytest.raises(UserError, match=r"There is no `/fix checkout`. There is:") as refused:
        typed("checkout is down, fix it NOW")

    for row in HOTFIX.actions:
        assert f"`/fix {row.pattern}`" in str(refused.value)
    assert len(str(refused.value)) < 3000


def test_help_is_made_from_the_table() -> None:
    text = help_text("/fix", HOTFIX)

    for row in HOTFIX.actions:
        assert row.help in text
    assert "`/fix skip [step] [@who gave leave] [reason]`" in text
    assert "&lt;name&gt; off" in text
    assert len(text) < 3000


def understood_or_refused(text: str) -> str:
    try:
        return typed(text).action.name
    except UserError as mistake:
        return str(mistake)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_understood_or_refused_in_words(text: str) -> None:
    assert understood_or_refused(text)


@given(
    st.sampled_from([row.words[0] for row in HOTFIX.actions]),
    st.lists(
        st.sampled_from(
            ["<@U2|sam>", "<!subteam^S1|@ops>", "verbal", "--upload-pack=x", "4f2c9e1", "#12",
             "INC-2026-001", "2", "develop", "reproduce", "pull", "request", "off", "&lt;", "\n",
             "“", "'", TURNED, "x" * 300, "🔥"]
        ),
        max_size=6,
    ),
)  # fmt: skip
def test_any_mixture_of_arguments_is_understood_or_refused(words: str, rest: list[str]) -> None:
    assert understood_or_refused(" ".join([words, *rest]))
