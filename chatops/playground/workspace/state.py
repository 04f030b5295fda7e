"""The state of one Slack workspace: what the page shows, the people change and the bot calls."""

from dataclasses import replace

from chatops.clock import Clock
from chatops.playground.workspace.changes import Changes
from chatops.playground.workspace.channels import UnknownChannelError, WorkspaceChannels
from chatops.playground.workspace.messages import WorkspaceMessages
from chatops.playground.workspace.model import (
    Channel,
    ChannelKind,
    File,
    Message,
    Person,
    Persona,
    UserGroup,
    View,
    WorkspaceTeam,
)
from chatops.playground.workspace.views import WorkspaceViews


class UnknownPersonError(LookupError):
    """Nobody in the workspace has this id."""

    def __init__(self, user_id: str) -> None:
        super().__init__(f"nobody here has the id {user_id!r}")


class WorkspacePeople:
    """Who is in the workspace."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._people: dict[str, Person] = {}
        self._groups: dict[str, UserGroup] = {}

    @property
    def people(self) -> tuple[Person, ...]:
        with self._changes.reading():
            return tuple(self._people.values())

    @property
    def groups(self) -> tuple[UserGroup, ...]:
        with self._changes.reading():
            return tuple(self._groups.values())

    def find(self, user_id: str) -> Person | None:
        return self._people.get(user_id)

    def find_group(self, group_id: str) -> UserGroup | None:
        return self._groups.get(group_id)

    def person(self, user_id: str) -> Person:
        found = self.find(user_id)
        if found is None:
            raise UnknownPersonError(user_id)
        return found

    def handled(self, handle: str) -> Person | None:
        """Find a person by what stands behind the @."""
        return next((one for one in self.people if one.handle == handle), None)

    def add(
        self,
        *,
        handle: str,
        real_name: str,
        title: str = "",
        tz: str = "UTC",
        persona: Persona | None = None,
        is_bot: bool = False,
        is_admin: bool = False,
        user_id: str | None = None,
    ) -> Person:
        with self._changes.making():
            person = Person(
                id=user_id or self._changes.new_id("U"),
                handle=handle,
                real_name=real_name,
                email="" if is_bot or user_id else f"{handle}@example.com",
                title=title,
                tz=tz,
                persona=persona,
                bot_id=self._changes.new_id("B") if is_bot else None,
                is_admin=is_admin,
            )
            self._people[person.id] = person
        return person

    def replace(self, person: Person) -> None:
        """Put a changed person in the place of the one with the same id."""
        with self._changes.making():
            self._people[person.id] = person

    def add_group(self, *, handle: str, name: str, members: tuple[str, ...]) -> UserGroup:
        with self._changes.making():
            group = UserGroup(
                id=self._changes.new_id("S"), handle=handle, name=name, members=members
            )
            self._groups[group.id] = group
        return group


#: Who speaks for Slack itself; has the same id in every workspace.
SLACKBOT = "USLACKBOT"


class Workspace:
    """One workspace, safe to share between threads.

    Reading gives frozen values. Changes go through the stores, which apply no rule of Slack's:
    that is the double's business.
    """

    def __init__(
        self, clock: Clock, *, name: str = "Playground", domain: str = "playground"
    ) -> None:
        self.clock = clock
        self.changes = Changes(clock)
        self.team = WorkspaceTeam(id=self.changes.new_id("T"), name=name, domain=domain)
        self.people_store = WorkspacePeople(self.changes)
        self.message_store = WorkspaceMessages(self.changes)
        self.channel_store = WorkspaceChannels(self.changes, self.message_store)
        self.view_store = WorkspaceViews(self.changes)
        self.files = WorkspaceFiles(self.changes)
        self.bot = self.people_store.add(handle="chatops", real_name="Chatops", is_bot=True)
        self.people_store.add(handle="slackbot", real_name="Slackbot", user_id=SLACKBOT)

    @property
    def revision(self) -> int:
        return self.changes.revision

    def wait_for_change(self, since: int, timeout: float) -> int:
        """Return the revision once it is past ``since``, at the latest after ``timeout`` s."""
        return self.changes.wait(since, timeout)

    def touch(self) -> None:
        """Tell whoever looks that something beside the workspace has changed."""
        with self.changes.making():
            pass

    @property
    def people(self) -> tuple[Person, ...]:
        return self.people_store.people

    @property
    def personas(self) -> tuple[Person, ...]:
        """List those whom one can play."""
        return tuple(one for one in self.people if one.persona is not None)

    @property
    def groups(self) -> tuple[UserGroup, ...]:
        return self.people_store.groups

    def person(self, user_id: str) -> Person:
        return self.people_store.person(user_id)

    @property
    def channels(self) -> tuple[Channel, ...]:
        return self.channel_store.channels

    def channel(self, channel_id: str) -> Channel:
        found = self.channel_store.find(channel_id)
        if found is None:
            raise UnknownChannelError(channel_id)
        return found

    def channel_named(self, name: str) -> Channel:
        """Find a channel by its name, with or without the #."""
        found = self.channel_store.named(name)
        if found is None:
            raise UnknownChannelError(name)
        return found

    def channels_for(self, user_id: str) -> tuple[Channel, ...]:
        """List the open conversations that the person is in: channels by name, then directs."""
        mine = [one for one in self.channels if user_id in one.members and not one.is_archived]
        return tuple(sorted(mine, key=lambda one: (one.is_direct, one.name, one.id)))

    def channels_to_join(self, user_id: str) -> tuple[Channel, ...]:
        """List the open public channels that the person is not in, by name."""
        others = [
            one
            for one in self.channels
            if one.kind is ChannelKind.PUBLIC and user_id not in one.members and not one.is_archived
        ]
        return tuple(sorted(others, key=lambda one: one.name))

    def messages(self, channel_id: str, viewer: str | None = None) -> tuple[Message, ...]:
        """List what stands in the channel, oldest first, with the viewer's ephemeral messages."""
        return self.message_store.messages(channel_id, viewer)

    def message(self, channel_id: str, ts: str, viewer: str | None = None) -> Message | None:
        """Find one message, an ephemeral one of the viewer's too."""
        found = self.message_store.find(channel_id, ts)
        if found is None and viewer is not None:
            return self.message_store.find_whisper(channel_id, viewer, ts)
        return found

    def thread(self, channel_id: str, ts: str, viewer: str | None = None) -> tuple[Message, ...]:
        """List a message and its replies, oldest first."""
        return self.message_store.thread(channel_id, ts, viewer)

    def pinned(self, channel_id: str) -> tuple[Message, ...]:
        return tuple(one for one in self.message_store.everything(channel_id) if one.is_pinned)

    def unread(self, user_id: str, channel_id: str) -> int:
        return self.message_store.unread(user_id, self.channel(channel_id))

    def mark_read(self, user_id: str, channel_id: str) -> None:
        self.message_store.mark_read(user_id, channel_id)

    def modal(self, user_id: str) -> View | None:
        """Show the modal that the person sees, if any."""
        return self.view_store.modal(user_id)

    def modals(self, user_id: str) -> tuple[View, ...]:
        """List the person's open modals, the top one last."""
        return self.view_store.stack(user_id)

    def home(self, user_id: str) -> View | None:
        """Show the person's App Home as the app last drew it."""
        return self.view_store.home(user_id)


class WorkspaceFiles:
    """What was uploaded or written as a canvas."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._files: dict[str, File] = {}

    @property
    def all(self) -> tuple[File, ...]:
        with self._changes.reading():
            return tuple(self._files.values())

    def find(self, file_id: str) -> File | None:
        return self._files.get(file_id)

    def add(
        self, *, name: str, title: str, owner: str, content: bytes = b"", filetype: str = "text"
    ) -> File:
        with self._changes.making():
            file = File(
                id=self._changes.new_id("F"),
                name=name,
                title=title,
                owner=owner,
                created=self._changes.clock.now(),
                content=content,
                filetype=filetype,
            )
            self._files[file.id] = file
        return file

    def receive(self, file_id: str, content: bytes) -> File:
        with self._changes.making():
            return self._keep(replace(self._files[file_id], content=content))

    def share(self, file_id: str, *, title: str, channel_id: str | None) -> File:
        with self._changes.making():
            file = self._files[file_id]
            channels = file.channels if channel_id is None else (*file.channels, channel_id)
            return self._keep(replace(file, title=title or file.title, channels=channels))

    def _keep(self, file: File) -> File:
        self._files[file.id] = file
        return file
