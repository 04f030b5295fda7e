"""Who reads a text, and the names that stand behind the ids in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chatops.playground.page.addresses import address


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The person a text is rendered for; the names are those this person may see."""

    id: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    #: The ids of the channels that everybody can find.
    public: frozenset[str] = frozenset()

    def link_to(self, channel: str) -> str:
        """The address of a conversation, as this person sees it."""
        return address(self.id, channel)
