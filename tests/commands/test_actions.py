"""The records of the actions: complete, and each word, button and form has exactly one."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatops.adapters.slack.forms.registry import FORMS
from chatops.cli.shell import command, hotfix
from chatops.commands import (
    catalogue,
    drills,
    incident,
    overview,
    postmortem,
    promises,
    tasks,
)
from chatops.commands import hotfix as hotfixes
from chatops.commands.action import Action, CommandTable, HelpSection, OnBoard
from chatops.commands.arguments import TEXT
from chatops.commands.catalogue import ACTIONS, BOARD, BUTTONS, HOTFIX, INCIDENT, TABLES
from chatops.domain.messages.posts import ActionId, BoardPlace, Post

COMMANDS = Path(catalogue.__file__).parent
PACKAGE = COMMANDS.parent
ALL = list(ACTIONS.values())


def written_forms() -> Iterator[str]:
    """Every name of a form that stands in the records and their handlers."""
    for module in COMMANDS.glob("*.py"):
        yield from re.findall(r'"(form_\w+)"', module.read_text(encoding="utf-8"))


def test_no_two_actions_share_a_name() -> None:
    areas = (incident, tasks, postmortem, overview, promises, drills, hotfixes)
    of_areas = [action.name for area in areas for action in area.ACTIONS]

    others = ["help", "hotfix_help", "more", "open_form", "run_command", "declare_text"]
    assert sorted([*of_areas, *others]) == sorted(ACTIONS)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.command)
def test_what_is_typed_means_one_action(table: CommandTable) -> None:
    spellings = Counter(words for each in table.actions for words in (each.words, *each.aliases))

    assert set(spellings.values()) == {1}


def test_every_action_with_words_stands_in_the_table_of_its_command() -> None:
    assert [each for each in ALL if each.words and each not in TABLES[each.command].actions] == []
    assert set(INCIDENT.actions) & set(HOTFIX.actions) == set()


def test_a_button_means_one_action() -> None:
    buttons = [button for action in ALL for button in action.buttons]

    assert len(buttons) == len(set(buttons))


def test_every_button_that_is_shown_means_an_action() -> None:
    """An id can only be written as ``ActionId("…")``: a text is none, says mypy."""
    written = {
        button
        for module in PACKAGE.rglob("*.py")
        for button in re.findall(r'ActionId\("(\w+)"\)', module.read_text(encoding="utf-8"))
    }

    assert written == set(BUTTONS)


def test_an_id_of_a_button_is_written_and_never_made() -> None:
    made = [
        module.name
        for module in PACKAGE.rglob("*.py")
        if re.search(r'ActionId\((?!"\w+"\))', module.read_text(encoding="utf-8"))
    ]

    assert made == []


def test_every_form_belongs_to_an_action_and_every_action_finds_its_form() -> None:
    assert {*written_forms(), "form_choose"} == set(FORMS)
    assert {form.action for form in FORMS.values()} <= set(ACTIONS)


def test_every_form_can_be_opened_again() -> None:
    assert {form.button for form in FORMS.values()} <= set(BUTTONS)


def test_every_option_of_a_terminal_belongs_to_one_action() -> None:
    options = [option for action in ALL for option, _ in action.options]

    assert sorted(options) == sorted(set(command.IncidentOptions.__dataclass_fields__))


def test_what_a_terminal_does_in_its_own_way_is_an_action() -> None:
    assert {*command.OWN, *hotfix.OWN} <= set(ACTIONS)


def test_a_terminal_can_do_all_that_slack_has_a_form_for() -> None:
    formed = [each.name for each in INCIDENT.actions if each.form and each.run is None]

    assert set(formed) <= set(command.OWN)


def test_every_place_of_the_board_has_a_button() -> None:
    assert all(BOARD[place] for place in BoardPlace)


def said(*_: object) -> Post:
    return Post(headline="Done", text="Done")


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({}, "no words and no buttons"),
        ({"words": ("merge",), "run": said}, "words without a help"),
        ({"words": ("merge",), "help": "Merge it"}, "nothing that carries out what is typed"),
        (
            {"words": ("merge",), "help": "Merge it", "form": "form_merge", "enough": ("text",)},
            "nothing that carries out what is typed",
        ),
        (
            {"words": ("merge",), "help": "Merge it", "form": "form_merge", "run": said},
            "a handler for what always opens a form",
        ),
        ({"buttons": (ActionId("join"),)}, "buttons that do nothing"),
        (
            {"words": ("merge",), "help": "Merge it", "run": said, "press": said},
            "a press without a button",
        ),
        (
            {
                "words": ("merge",),
                "help": "Merge it",
                "run": said,
                "board": (OnBoard(place=BoardPlace.MENU, label="Merge"),),
            },
            "a place on the board without a button",
        ),
    ],
)
def test_an_action_that_lacks_something_cannot_be_made(
    parts: dict[str, object], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        Action(name="merge", **parts)  # type: ignore[arg-type]


def test_a_complete_action_can_be_made() -> None:
    merge = Action(
        name="merge",
        words=("merge",),
        arguments=(TEXT.shown("[into]"),),
        help="Merge it",
        chapter=HelpSection.ENDING,
        run=said,
        buttons=(ActionId("join"),),
        press=said,
    )

    assert merge.pattern == "merge [into]"


#: What stands in messages and forms that people still have before them. Never take one away.
OLD_BUTTONS = """
    abort acknowledge align aligned approve backport close decide declare drill drill_continue
    drill_debrief drill_pause drill_stop due gone hand_over hotfix hotfix_checklist hotfix_fix
    hotfix_log hotfix_next hotfix_status join keep_channel list more not_gone page post_mortem
    post_mortem_done post_mortem_export post_mortem_show post_mortem_skip quiet reopen resolve
    retry review review_held role rollback rolled_back severity skip snooze stats stats_file
    status still_on_it take_role task task_done task_drop task_edit task_export task_show timeline
    update waive waive_backport
"""
OLD_FORMS = """
    choose close correct decide declare drill hand_over hotfix_abort hotfix_aligned hotfix_approve
    hotfix_backport hotfix_checklist hotfix_fix hotfix_log hotfix_next hotfix_rollback hotfix_skip
    hotfix_start hotfix_waive not_gone note page post_mortem post_mortem_done post_mortem_skip
    reopen resolve review roles severity snooze task task_drop task_edit update waive
"""


def test_a_button_and_a_form_of_an_older_version_still_work() -> None:
    assert set(OLD_BUTTONS.split()) <= set(BUTTONS)
    assert {f"form_{name}" for name in OLD_FORMS.split()} <= set(FORMS)
