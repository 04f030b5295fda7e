"""Where the bot can be reached in Slack besides its command: shortcuts, and events it hears."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class ShortcutKind(StrEnum):
    """Where Slack offers a shortcut: everywhere, or in a message's menu."""

    GLOBAL = "global"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """A shortcut as people find it."""

    callback: str
    kind: ShortcutKind
    name: str
    description: str


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut(
        callback="declare",
        kind=ShortcutKind.GLOBAL,
        name="Declare an incident",
        description="Open the form for a new incident",
    ),
    Shortcut(
        callback="declare_from_message",
        kind=ShortcutKind.MESSAGE,
        name="Declare incident",
        description="Make an incident of this message",
    ),
    Shortcut(
        callback="add_to_timeline",
        kind=ShortcutKind.MESSAGE,
        name="Add to timeline",
        description="Keep this message on the timeline",
    ),
)

_CHANNELS, _GROUPS = ("channels:read",), ("groups:read",)

#: The events that are heard, each with the scopes that Slack asks for it.
EVENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "app_home_opened": (),
        "channel_archive": _CHANNELS,
        "channel_rename": _CHANNELS,
        "channel_unarchive": _CHANNELS,
        "entity_details_requested": (),
        "group_archive": _GROUPS,
        "group_rename": _GROUPS,
        "group_unarchive": _GROUPS,
        "link_shared": ("links:read",),
        "member_joined_channel": _CHANNELS + _GROUPS,
        "member_left_channel": _CHANNELS + _GROUPS,
        "reaction_added": ("reactions:read",),
    }
)
