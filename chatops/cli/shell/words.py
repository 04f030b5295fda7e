"""Words for a terminal: what is typed there, what is printed there, and how it is used."""

import re
from collections.abc import Sequence

from chatops.adapters.slack.rendering.mrkdwn import escape
from chatops.commands.action import Action
from chatops.commands.catalogue import INCIDENT
from chatops.domain.errors import UserError
from chatops.domain.incident.model import Status
from chatops.domain.messages.posts import Post

NAME, HOTFIX_NAME = "chatops incident", "chatops hotfix"

_PERSON = re.compile(r"(?:<@|@)?([UW][A-Z0-9]{4,20})>?")
_MENTION = re.compile(r"(?<!\S)(?:&lt;)?@([UW][A-Z0-9]{4,20})\b(?:&gt;)?")
_GROUP = re.compile(r"(?<!\S)(?:&lt;!subteam\^|@)(S[A-Z0-9]{4,20})\b(?:&gt;)?")
_BOLD = re.compile(r"(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])")
_SHOWN_PERSON = re.compile(r"<@([UW][A-Z0-9]+)>")


def no_name() -> UserError:
    """Something would change, and nobody answers for it."""
    return UserError(
        "Say who you are, with --by and your Slack member ID (profile, ⋮, Copy member ID):"
        " it goes on the timeline."
    )


def unknown_name(given: str) -> UserError:
    """What --by names is no member ID."""
    return UserError(
        f"“{given[:40]}” is no member ID. It starts with U or W and stands in your Slack"
        " profile: ⋮, Copy member ID."
    )


def which_incident() -> UserError:
    """A terminal stands in no incident's channel."""
    return UserError(
        f"Say which incident, with --in INC-2026-001. See what is open: `{NAME} list`."
    )


def misplaced(option: str, action: Action) -> UserError:
    """An option does nothing here."""
    return UserError(f"--{option} goes with `{NAME} {action.spelled}`; nothing was done.")


def incomplete(action: Action) -> UserError:
    """Arguments are missing for which Slack would show a form."""
    return UserError(f"Write it like this: `{usage(action)}`")


def unknown_status(given: str) -> UserError:
    """There is no such state of a running incident."""
    known = ", ".join(status for status in Status if status.running)
    return UserError(f"There is no status “{given[:40]}”. Pick one of {known}.")


def as_in_slack(words: Sequence[str]) -> str:
    """What was typed, as Slack would hand it over.

    >>> as_in_slack(["role", "commander", "@U0PRIYA"])
    'role commander <@U0PRIYA>'
    """
    text = _MENTION.sub(r"<@\1>", escape(" ".join(words)))
    return _GROUP.sub(r"<!subteam^\1>", text)


def person(given: str) -> str:
    """The id of the person that ``--by`` names; an empty text if it names nobody.

    Raises:
        UserError
    """
    found = _PERSON.fullmatch(given.strip())
    if given and not found:
        raise unknown_name(given)
    return found[1] if found else ""


def printed(post: Post, command: str = "/incident", hotfix: str = "/hotfix") -> str:
    """A message without the marks that only Slack reads, in which the commands are ours."""
    facts = (f"{label}: {value}" for label, value in post.facts)
    rows = (row.text for row in post.rows)
    parts = (post.title, post.text, *facts, *rows, post.footnote)
    return _plain("\n".join(filter(None, parts)), command, hotfix)


def told(error: Exception) -> str:
    """What went wrong, on one line."""
    return " ".join(_plain(str(error), "/incident", "/hotfix").split())


def _plain(text: str, command: str, hotfix: str) -> str:
    for name, ours in ((command, NAME), (hotfix, HOTFIX_NAME)):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?=[ `]|$)", ours, text)
    text = _BOLD.sub(r"\1", text)
    return _SHOWN_PERSON.sub(r"@\1", text).replace("`", "")


def needed(action: Action) -> frozenset[str]:
    """What must be typed here for want of a form."""
    if not action.form or action.form_optional:
        return frozenset()
    return frozenset(action.enough or ("text",))


def usage(action: Action) -> str:
    """An action as it is typed here.

    >>> usage(INCIDENT.actions[3])
    'chatops incident severity <severity> [reason]'
    """
    arguments = (
        f"<{argument.shown[1:-1]}>" if argument.kind.becomes in needed(action) else argument.shown
        for argument in action.arguments
    )
    options = (f"[{shown}]" for _, shown in action.options)
    return " ".join([NAME, *action.words, *arguments, *options])


def help_text() -> str:
    """The table of commands, as they are typed here."""
    lines = "\n".join(f"  {usage(each)}\n      {each.help}" for each in INCIDENT.actions)
    return (
        f"What {NAME} can do:\n\n{lines}\n\n"
        "Say who you are with --by U0123ABCD, and which incident with --in INC-2026-001.\n"
        "A person is written @U0123ABCD, a user group @S0123ABCD."
    )
