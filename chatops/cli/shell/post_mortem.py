"""The post-mortem in a terminal: what it asks, its text in Markdown, and that text edited."""

import re
import sys
from pathlib import Path

from chatops.application.postmortem.requests import EditRequest
from chatops.application.postmortem.views import PostMortemView
from chatops.application.session import Request
from chatops.cli.shell.context import Shell
from chatops.cli.shell.words import printed
from chatops.commands.caller import About
from chatops.domain.errors import UserError
from chatops.domain.postmortem.model import EditedMeanwhile

_STAMP = re.compile(r"<!-- (?P<reference>\S+) text (?P<version>\d+) -->\n?")


def no_file(why: str) -> UserError:
    """The text to save is nowhere."""
    return UserError(
        f"{why} Get the text first: `chatops incident postmortem show > post-mortem.md`; edit"
        " it, and save it: `chatops incident postmortem edit --file post-mortem.md` (or - to"
        " read what is piped in)."
    )


def newer_text(error: EditedMeanwhile) -> UserError:
    """Somebody else saved in between; both texts are kept."""
    return UserError(
        f"{error} The newer one: `chatops incident postmortem show`; take its first line over"
        " once yours has both."
    )


def post_mortem(shell: Shell, action: str, about: About, *, file: str) -> str:
    """What is printed of it; an edited text is saved.

    Raises:
        UserError, NotAllowed
    """
    match action:
        case "post_mortem_show":
            view = shell.use_cases.post_mortem.look(Request(**about))
            return f"{_stamp(view)}{view.markdown}"
        case "post_mortem_edit":
            return _edited(shell, about, file)
        case _:
            return _questions(shell.use_cases.post_mortem.look(Request(**about), whole=False))


def _stamp(view: PostMortemView) -> str:
    """The first line of the text: from which one an edited text was made."""
    return f"<!-- {view.incident.reference} text {view.version} -->\n"


def _edited(shell: Shell, about: About, file: str) -> str:
    text = _read(file)
    stamp = _STAMP.match(text)
    body = text[stamp.end() :] if stamp else text
    view = shell.use_cases.post_mortem.look(Request(**about), whole=False)
    version = int(stamp["version"]) if stamp else view.version
    try:
        post = shell.use_cases.post_mortem.edit(EditRequest(**about, body=body, version=version))
    except EditedMeanwhile as error:
        raise newer_text(error) from error
    team = shell.use_cases.team
    return printed(post, team.incident_command, team.hotfix_command)


def _read(file: str) -> str:
    if not file:
        why = "Say which file holds the text."
        raise no_file(why)
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = f"{file} cannot be read ({error})."
        raise no_file(why) from error


def _questions(view: PostMortemView) -> str:
    state = f"{view.incident.reference}: the post-mortem is {view.post_mortem.state}."
    lines = (f"  {each.key}: {each.ask}\n      {_said(each.answer)}" for each in view.questions)
    return "\n".join(
        [state, *lines, "", 'Answer one: chatops incident postmortem answer well "we were two"']
    )


def _said(answer: str) -> str:
    return answer.replace("\n", "\n      ") if answer else "not answered yet"
