"""A workspace as its people see it: rooms to read, and actors who type and click."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatops.playground.slack.double import Slack
from chatops.playground.slack.simulated_user.outcome import UserOutcome
from chatops.playground.slack.simulated_user.user import SimulatedUser
from chatops.playground.workspace.model import Message, View
from tests.acceptance.reading import buttons_in, field_called, words_in, words_of


@dataclass
class Town:
    """The workspace; some bot is in it."""

    slack: Slack

    def settle(self) -> None:
        """Wait until what was just done has had its effects, where that can be known."""

    def actor(self, handle: str) -> "Actor":
        person = self.slack.workspace.people_store.handled(handle)
        assert person is not None
        return Actor(self, person.id)

    def room(self, name: str) -> "Room":
        return Room(self, self.slack.workspace.channel_named(name).id)

    @property
    def incident_room(self) -> "Room":
        """The channel of the newest incident."""
        rooms = [each for each in self.slack.workspace.channels if each.name.startswith("inc")]
        newest = [each for each in rooms if each.name != "incidents"]
        return Room(self, newest[-1].id)


@dataclass
class Room:
    """A channel, as somebody who reads it sees it."""

    stage: Town
    id: str

    @property
    def name(self) -> str:
        return self.stage.slack.workspace.channel(self.id).name

    @property
    def topic(self) -> str:
        return self.stage.slack.workspace.channel(self.id).topic

    @property
    def members(self) -> set[str]:
        workspace = self.stage.slack.workspace
        return {workspace.person(user).handle for user in workspace.channel(self.id).members}

    @property
    def messages(self) -> list[Message]:
        """What the bot said in the channel itself."""
        bot = self.stage.slack.workspace.bot.id
        said = self.stage.slack.workspace.messages(self.id)
        return [one for one in said if one.author == bot and one.subtype is None]

    def thread(self, of: Message) -> list[str]:
        """The replies to a message."""
        said = self.stage.slack.workspace.thread(self.id, of.ts)
        return [words_in(one) for one in said if one.ts != of.ts]

    @property
    def all(self) -> list[str]:
        return [words_in(one) for one in self.messages]

    @property
    def last(self) -> str:
        return self.all[-1] if self.messages else ""

    @property
    def board(self) -> str:
        [pinned] = self.stage.slack.workspace.pinned(self.id)
        return words_in(pinned)

    @property
    def pinned(self) -> Message:
        [pinned] = self.stage.slack.workspace.pinned(self.id)
        return pinned

    def shows(self, *fragments: str) -> bool:
        """Whether one message holds every fragment; says what there is if none does."""
        found = any(all(each in words for each in fragments) for words in self.all)
        assert found, f"#{self.name} shows no {fragments}, but:\n" + "\n---\n".join(self.all)
        return True

    def never_shows(self, fragment: str) -> bool:
        assert all(fragment not in words for words in self.all), self.all
        return True

    def count(self, fragment: str) -> int:
        return sum(fragment in words for words in self.all)


@dataclass
class Actor:
    """A person at the keyboard."""

    stage: Town
    id: str

    @property
    def _users(self) -> SimulatedUser:
        return self.stage.slack.users

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def types(self, text: str, room: Room | str = "general") -> UserOutcome:
        """Type a command or a message into a channel."""
        outcome = self._users.types(self.id, self._channel(room), text)
        self.stage.settle()
        return outcome

    @property
    def modal(self) -> View:
        view = self.stage.slack.workspace.modal(self.id)
        assert view is not None, "no modal is open"
        return view

    @property
    def has_modal(self) -> bool:
        return self.stage.slack.workspace.modal(self.id) is not None

    @property
    def reads_modal(self) -> str:
        return words_of(self.modal)

    def closes(self) -> None:
        """Close whatever modals are open."""
        if self.has_modal:
            self._users.closes(self.id, everything=True)

    def submits(self, fields: Mapping[str, Any] | None = None) -> UserOutcome:
        """Fill in the open modal, naming fields by (a part of) their labels, and submit it."""
        view = self.modal
        values: dict[tuple[str, str] | str, Any] = {
            field_called(view, label): value for label, value in (fields or {}).items()
        }
        outcome = self._users.submits(self.id, values)
        self.stage.settle()
        return outcome

    def clicks(self, label: str, room: Room | str | None = None) -> UserOutcome:
        """Press the newest button with that label, in a channel or (none) in the bot's messages."""
        channel = self._channel(room) if room is not None else self._direct()
        for message in reversed(self._visible(channel)):
            for button in buttons_in(message.blocks):
                if choice := _choice(button, label):
                    outcome = self._users.clicks(
                        self.id,
                        channel,
                        message.ts,
                        button["action_id"],
                        choice if button["type"] != "button" else None,
                        block_id=button["block_id"],
                    )
                    self.stage.settle()
                    return outcome
        seen = [words_in(one) for one in self._visible(channel)]
        message_ = f"no button “{label}” among:\n" + "\n---\n".join(seen)
        raise AssertionError(message_)

    def clicks_in_modal(self, label: str) -> UserOutcome:
        for button in buttons_in(self.modal.blocks):
            if _choice(button, label):
                outcome = self._users.clicks_in_view(
                    self.id, button["action_id"], block_id=button["block_id"]
                )
                self.stage.settle()
                return outcome
        message = f"no button “{label}” in the modal:\n{self.reads_modal}"
        raise AssertionError(message)

    def reacts(self, name: str, room: Room, ts: str) -> UserOutcome:
        outcome = self._users.reacts(self.id, room.id, ts, name)
        self.stage.settle()
        return outcome

    def uses(self, shortcut: str, room: Room | None = None, ts: str | None = None) -> UserOutcome:
        channel = room.id if room else None
        outcome = self._users.shortcut(self.id, shortcut, channel=channel, ts=ts)
        self.stage.settle()
        return outcome

    def opens_home(self) -> str:
        self._users.opens_home(self.id)
        self.stage.settle()
        view = self.stage.slack.workspace.home(self.id)
        assert view is not None
        return words_of(view)

    def hears(self, *fragments: str, room: Room | str = "general") -> bool:
        """Whether the newest line that only this person sees holds every fragment."""
        heard = self.heard(room)
        assert all(each in heard for each in fragments), f"{fragments} not in:\n{heard}"
        return True

    def heard(self, room: Room | str = "general") -> str:
        channel = self._channel(room)
        lines = [m for m in self._visible(channel) if m.ephemeral_for == self.id]
        return words_in(lines[-1]) if lines else ""

    @property
    def inbox(self) -> list[str]:
        """What the bot wrote to this person directly, threads included."""
        return [words_in(one) for one in self._visible(self._direct())]

    def _visible(self, channel: str) -> list[Message]:
        return list(self.stage.slack.workspace.messages(channel, self.id))

    def _channel(self, room: Room | str) -> str:
        return room.id if isinstance(room, Room) else self.stage.room(room).id

    def _direct(self) -> str:
        workspace = self.stage.slack.workspace
        return workspace.channel_store.direct([self.id, workspace.bot.id]).id


def _choice(element: Any, label: str) -> str | None:
    """The label of a button, or the value of an option in a menu, if it is the one meant."""
    if element["type"] == "button":
        return label if element["text"]["text"] == label else None
    for option in element.get("options", ()):
        if option["text"]["text"] == label:
            return str(option["value"])
    return None
