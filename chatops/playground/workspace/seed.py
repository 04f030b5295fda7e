"""A friendly workspace to start in: three people to play, their colleagues and four channels."""

from chatops.clock import Clock
from chatops.playground.workspace.model import Message, Persona
from chatops.playground.workspace.state import Workspace

_CAST = (
    ("sam", "Sam Okafor", "On-call engineer", "Europe/London", Persona.ON_CALL),
    ("priya", "Priya Nair", "Incident commander", "Europe/Berlin", Persona.COMMANDER),
    ("ines", "Ines Duarte", "Head of customer support", "Europe/Lisbon", Persona.STAKEHOLDER),
    ("tom", "Tom Becker", "Backend engineer", "Europe/Berlin", None),
    ("aiko", "Aiko Mori", "Database engineer", "Asia/Tokyo", None),
    ("lena", "Lena Fischer", "Engineering lead", "Europe/Vienna", None),
    ("noah", "Noah Kim", "Product manager", "America/New_York", None),
)

_GROUPS = (
    ("oncall", "On call", ("sam", "tom")),
    ("eng-leads", "Engineering leads", ("priya", "lena")),
    ("product", "Product", ("noah", "ines")),
)

_EVERYBODY = tuple(handle for handle, *_ in _CAST)
_ENGINEERS = ("sam", "priya", "tom", "aiko", "lena")

_CHANNELS = (
    ("general", "Company-wide news", _EVERYBODY, False),
    ("incidents", "Where incidents are declared", _ENGINEERS, True),
    ("status-updates", "What customers and colleagues should know", _EVERYBODY, True),
    ("dev-alerts", "Alerts from monitoring", _ENGINEERS, False),
)

_WORDS = (
    ("general", "noah", "Morning all. The autumn pricing page goes live on Thursday."),
    ("dev-alerts", "tom", "The disk alert on build-3 was the log rotation; fixed."),
    ("dev-alerts", "aiko", "Replica lag is back under a second."),
)


def seeded(clock: Clock) -> Workspace:
    """Make the workspace that the playground opens with; the same ids every time."""
    workspace = Workspace(clock)
    people = {
        handle: workspace.people_store.add(
            handle=handle,
            real_name=name,
            title=title,
            tz=tz,
            persona=persona,
            is_admin=handle == "lena",
        ).id
        for handle, name, title, tz, persona in _CAST
    }
    for handle, name, group in _GROUPS:
        ids = tuple(people[member] for member in group)
        workspace.people_store.add_group(handle=handle, name=name, members=ids)
    for name, topic, members, with_bot in _CHANNELS:
        _open(workspace, name, topic, [people[member] for member in members], with_bot=with_bot)
    for channel, handle, text in _WORDS:
        channel_id = workspace.channel_named(channel).id
        workspace.message_store.post(
            Message(channel=channel_id, ts="", author=people[handle], text=text)
        )
    for user in people.values():
        for room in workspace.channels_for(user):
            workspace.mark_read(user, room.id)
    return workspace


def _open(
    workspace: Workspace, name: str, topic: str, members: list[str], *, with_bot: bool
) -> None:
    channel = workspace.channel_store.create(
        name=name, creator=members[0], topic=topic, is_general=name == "general"
    )
    joining = [*members, workspace.bot.id] if with_bot else members
    for user in joining:
        workspace.channel_store.join(channel.id, user)
