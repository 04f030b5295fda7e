"""The people of the workspace, with everything that they can do in Slack's client."""

from chatops.playground.slack.simulated_user.clicks import UserClicks
from chatops.playground.slack.simulated_user.forms import UserForms
from chatops.playground.slack.simulated_user.messages import UserMessages
from chatops.playground.slack.simulated_user.outcome import (
    NotAMemberError,
    NotVisibleError,
    UserOutcome,
)
from chatops.playground.workspace.changes import HomeOpened
from chatops.playground.workspace.model import Channel, ChannelKind, Person


class SimulatedUser(UserMessages, UserClicks, UserForms):
    """Everything people can do; the first argument says who does it, by id or handle.

    Beside messages, clicks and forms: membership of channels, and the App Home.
    """

    def joins(self, user: str, channel: str) -> UserOutcome:
        person, room = self._who(user), self._where(channel)
        if room.kind is not ChannelKind.PUBLIC:
            raise NotVisibleError(person.handle, f"#{room.name}")
        return self._with_events(lambda: self._workspace.channel_store.join(room.id, person.id))

    def leaves(self, user: str, channel: str) -> UserOutcome:
        person, room = self._member(user, channel)
        return self._with_events(lambda: self._workspace.channel_store.leave(room.id, person.id))

    def invites(self, user: str, channel: str, guest: str) -> UserOutcome:
        """Bring somebody, such as the bot, into a channel."""
        person, room = self._member(user, channel)
        invited = self._who(guest)
        return self._with_events(
            lambda: self._workspace.channel_store.join(room.id, invited.id, inviter=person.id)
        )

    def creates_channel(self, user: str, name: str, *, private: bool = False) -> Channel:
        person = self._who(user)
        return self._workspace.channel_store.create(name=name, creator=person.id, private=private)

    def renames_channel(self, user: str, channel: str, name: str) -> UserOutcome:
        person, room = self._member(user, channel)
        return self._with_events(
            lambda: self._workspace.channel_store.rename(room.id, name, by=person.id)
        )

    def archives_channel(self, user: str, channel: str) -> UserOutcome:
        person, room = self._member(user, channel)
        return self._with_events(
            lambda: self._workspace.channel_store.archive(room.id, by=person.id)
        )

    def unarchives_channel(self, user: str, channel: str) -> UserOutcome:
        person, room = self._who(user), self._where(channel)
        return self._with_events(
            lambda: self._workspace.channel_store.unarchive(room.id, by=person.id)
        )

    def reads(self, user: str, channel: str) -> None:
        """Look at a channel until everything in it is read."""
        self._workspace.mark_read(self._who(user).id, self._where(channel).id)

    def opens_home(self, user: str, *, tab: str = "home") -> UserOutcome:
        """Open the app's Home, or its ``messages`` tab."""
        person = self._who(user)
        workspace = self._workspace
        room = workspace.channel_store.direct([workspace.bot.id, person.id])
        change = HomeOpened(
            user=person.id,
            channel=room,
            tab=tab,
            view=workspace.home(person.id),
            ts=workspace.changes.new_ts(),
        )
        return self._with_events(lambda: workspace.changes.publish(change))

    def _member(self, user: str, channel: str) -> tuple[Person, Channel]:
        person, room = self._who(user), self._where(channel)
        if person.id not in room.members:
            raise NotAMemberError(person.handle, room.name)
        return person, room
