"""What is typed at a terminal, and what is printed there."""

import pytest

from chatops.cli.shell.words import as_in_slack, help_text, needed, person, printed, told, usage
from chatops.commands.action import Action
from chatops.commands.catalogue import ACTIONS, INCIDENT
from chatops.commands.words import kept
from chatops.domain.errors import NotAllowed, StillOwed, UserError
from chatops.domain.messages.posts import Post


@pytest.mark.parametrize(
    ("typed", "handed_over"),
    [
        ("page @U0PRIYA now", "page <@U0PRIYA> now"),
        ("page <@U0PRIYA> now", "page <@U0PRIYA> now"),
        ("page @S0ONCALL now", "page <!subteam^S0ONCALL> now"),
        ("mail sam@U0PRIYA", "mail sam@U0PRIYA"),
        ("page @US now", "page @US now"),
    ],
)
def test_people_and_groups_are_mentions(typed: str, handed_over: str) -> None:
    assert as_in_slack(typed.split()) == handed_over


@pytest.mark.parametrize("text", ["a < b && c > d", "<!channel>", "&lt;", "<https://x.test|y>"])
def test_everything_else_is_what_was_typed(text: str) -> None:
    assert kept(as_in_slack([text])) == text


def test_the_person_at_the_keyboard_is_a_member_id() -> None:
    assert [person(each) for each in ("", "U0PRIYA", "@U0PRIYA", "<@U0PRIYA>")] == [
        "",
        *["U0PRIYA"] * 3,
    ]
    with pytest.raises(UserError, match="priya"):
        person("priya")


def test_a_message_is_printed_without_slacks_marks() -> None:
    post = Post(
        headline="",
        title="INC-1",
        text="*Closed.* 2 * 3 * 4, `/incident reopen`",
        facts=(("Lead", "@U0PRIYA"),),
        footnote="small",
    )
    assert printed(post) == (
        "INC-1\nClosed. 2 * 3 * 4, chatops incident reopen\nLead: @U0PRIYA\nsmall"
    )


def test_a_command_of_another_name_is_ours_too() -> None:
    post = Post(headline="", text="`/outage close` and /outages")
    assert printed(post, "/outage") == "chatops incident close and /outages"


def test_a_mistake_is_told_on_one_line_in_the_words_of_the_terminal() -> None:
    owed = told(StillOwed("INC-1", ["Task 1: ask", "Post-mortem"]))
    assert "\n" not in owed
    assert "chatops incident close <reason>" in owed
    assert "@U0PRIYA" in told(NotAllowed("waive", ["commander"], commander="U0PRIYA"))


def test_usage_shows_what_is_needed_here() -> None:
    assert usage(ACTIONS["declare"]).startswith(
        "chatops incident declare <severity> <title> [--impact"
    )
    assert "update <text>" in usage(ACTIONS["update"])
    assert usage(ACTIONS["close"]) == "chatops incident close [reason]"


@pytest.mark.parametrize("row", INCIDENT.actions, ids=lambda row: row.pattern)
def test_what_a_form_asks_for_stands_in_the_usage_as_needed(row: Action) -> None:
    assert usage(row).count("<") >= len(needed(row) - {"reason"})


def test_the_help_names_every_command_and_option() -> None:
    shown = help_text()
    for row in INCIDENT.actions:
        assert usage(row) in shown
        assert all(option in shown for _, option in row.options)
