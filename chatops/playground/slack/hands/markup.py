"""What becomes of typed words on their way: escapes, mentions, channels and links."""

import re

from chatops.playground.workspace import Workspace

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_NAME = re.compile(r"(?<![\w&])([@#])([\w.\-]*\w)")
_LINK = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)]")
_BROADCASTS = frozenset({"here", "channel", "everyone"})


def escaped(text: str) -> str:
    """Escape what Slack's markup would take for its own.

    >>> escaped("a < b & <!channel>")
    'a &lt; b &amp; &lt;!channel&gt;'
    """
    return "".join(_ESCAPES.get(one, one) for one in text)


def as_message(text: str, workspace: Workspace) -> str:
    """Write typed words as they stand in a message: ``<@U1>``, ``<#C1|name>``, ``<https://…>``."""
    return _linked(text, workspace, with_names=False)


def as_command_text(text: str, workspace: Workspace) -> str:
    """Write typed words as a command that escapes gets them: ``<@U1|handle>`` and so on."""
    return _linked(text, workspace, with_names=True)


def _linked(text: str, workspace: Workspace, *, with_names: bool) -> str:
    def named(match: re.Match[str]) -> str:
        sign, name = match.groups()
        found = (
            _person(name, workspace, with_names=with_names)
            if sign == "@"
            else _channel(name, workspace)
        )
        return found or match.group()

    parts = _LINK.split(text)
    links = [f"<{escaped(link)}>" for link in _LINK.findall(text)]
    mentioned = [_NAME.sub(named, escaped(part)) for part in parts]
    return "".join(part + link for part, link in zip(mentioned, [*links, ""], strict=True))


def _person(name: str, workspace: Workspace, *, with_names: bool) -> str | None:
    person = workspace.roster.handled(name)
    if person is not None:
        return f"<@{person.id}|{person.handle}>" if with_names else f"<@{person.id}>"
    if name in _BROADCASTS:
        return f"<!{name}>"
    group = next((one for one in workspace.groups if one.handle == name), None)
    return f"<!subteam^{group.id}|@{group.handle}>" if group is not None else None


def _channel(name: str, workspace: Workspace) -> str | None:
    room = workspace.rooms.named(name)
    return f"<#{room.id}|{room.name}>" if room is not None else None
