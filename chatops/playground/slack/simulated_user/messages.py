"""What people do with words: type messages and commands, edit, delete, react, pin."""

import json
import re
from dataclasses import replace
from typing import Any

from chatops.playground.slack.call_log import Delivery, DeliveryKind
from chatops.playground.slack.errors import Refusal
from chatops.playground.slack.installation import SlashCommand
from chatops.playground.slack.simulated_user.base import UserBase
from chatops.playground.slack.simulated_user.outcome import (
    BAD_ANSWER,
    NotOneselfError,
    UserOutcome,
    problem_of,
)
from chatops.playground.workspace.model import Channel, Message, Person
from chatops.playground.workspace.state import Workspace

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
    person = workspace.people_store.handled(name)
    if person is not None:
        return f"<@{person.id}|{person.handle}>" if with_names else f"<@{person.id}>"
    if name in _BROADCASTS:
        return f"<!{name}>"
    group = next((one for one in workspace.groups if one.handle == name), None)
    return f"<!subteam^{group.id}|@{group.handle}>" if group is not None else None


def _channel(name: str, workspace: Workspace) -> str | None:
    room = workspace.channel_store.named(name)
    return f"<#{room.id}|{room.name}>" if room is not None else None


class UserMessages(UserBase):
    """Messages, commands, reactions and pins."""

    def types(
        self, user: str, channel: str, text: str, *, thread_ts: str | None = None
    ) -> UserOutcome:
        """Type something and press Enter: a slash command or a message."""
        person = self._who(user)
        room = self._where_talking(person, channel)
        if text.startswith("/"):
            return self._commands(person, room, text, thread_ts)
        words = as_message(text, self._workspace)
        draft = Message(channel=room.id, ts="", author=person.id, text=words, thread_ts=thread_ts)
        return self._with_events(lambda: self._workspace.message_store.post(draft))

    def edits(self, user: str, channel: str, ts: str, text: str) -> UserOutcome:
        words = as_message(text, self._workspace)

        def edit() -> Message:
            with self._workspace.changes.reading():
                message = self._own(user, channel, ts)
                changed = replace(message, text=words, blocks=())
                return self._workspace.message_store.edit(changed, by=message.author)

        return self._with_events(edit)

    def deletes(self, user: str, channel: str, ts: str) -> UserOutcome:
        message = self._own(user, channel, ts)
        return self._with_events(lambda: self._workspace.message_store.delete(message))

    def dismisses(self, user: str, channel: str, ts: str) -> UserOutcome:
        """Dismiss an ephemeral message; nobody is told."""
        message = self._seen(self._who(user), channel, ts)
        if message.ephemeral_for is not None:
            self._workspace.message_store.delete(message)
        return UserOutcome()

    def reacts(self, user: str, channel: str, ts: str, name: str) -> UserOutcome:
        """Put an emoji under a message, once."""
        person, message = self._who(user), self._seen(self._who(user), channel, ts)
        return self._with_events(
            lambda: self._workspace.message_store.react(message, name, person.id)
        )

    def unreacts(self, user: str, channel: str, ts: str, name: str) -> UserOutcome:
        person, message = self._who(user), self._seen(self._who(user), channel, ts)
        return self._with_events(
            lambda: self._workspace.message_store.unreact(message, name, person.id)
        )

    def pins(self, user: str, channel: str, ts: str, *, pinned: bool = True) -> UserOutcome:
        person, message = self._who(user), self._seen(self._who(user), channel, ts)
        return self._with_events(
            lambda: self._workspace.message_store.pin(message, person.id, pinned=pinned)
        )

    def _own(self, user: str, channel: str, ts: str) -> Message:
        person = self._who(user)
        message = self._seen(person, channel, ts)
        if message.author != person.id or message.subtype is not None:
            raise NotOneselfError(person.handle, ts)
        return message

    def _commands(
        self, person: Person, room: Channel, typed: str, thread_ts: str | None
    ) -> UserOutcome:
        name, _, rest = typed.partition(" ")
        command = self._installation.command(name)
        if command is None:
            self._slackbot_tells(person, room, f"`{name}` is not a valid command.")
            return UserOutcome(problem="invalid_command")
        if thread_ts is not None:
            self._slackbot_tells(person, room, f"`{name}` is not supported in threads. Sorry!")
            return UserOutcome(problem="not_supported_in_threads")
        return self._delivered(person, room, command, rest.strip())

    def _delivered(
        self, person: Person, room: Channel, command: SlashCommand, typed: str
    ) -> UserOutcome:
        path = self._trigger_ids.new_response_url(kind="commands", user=person.id, channel=room.id)
        text = as_command_text(typed, self._workspace) if command.should_escape else typed
        payload = self._payloads.command(
            person, room, command.name, text, f"{self._address()}{path}"
        )
        delivery = self._deliver(DeliveryKind.COMMAND, command.name, payload)
        problem = problem_of(delivery) or self._shown(delivery, path)
        if problem is not None:
            words = f'{command.name} failed with the error "{problem}"'
            self._slackbot_tells(person, room, words)
        return UserOutcome(deliveries=(delivery,), problem=problem)

    def _shown(self, delivery: Delivery, path: str) -> str | None:
        """Show what the bot answered a command with; say what was wrong with it."""
        body = _answer(delivery.body)
        if body is None:
            return None
        try:
            with self._workspace.changes.reading():
                self._responder.show(self._trigger_ids.check_response_url(path), body)
        except Refusal:
            return BAD_ANSWER
        return None


def _answer(body: str) -> dict[str, Any] | None:
    """Read an answer to a command: nothing, JSON, or plain words."""
    if not body.strip():
        return None
    try:
        answer = json.loads(body)
    except ValueError:
        return {"text": body}
    return answer if isinstance(answer, dict) and answer else {"text": body}
