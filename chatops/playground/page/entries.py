"""What a browser sends of the fields on a surface, in the form in which hands take it."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

#: What one field holds: words, a number, ticked values, or what was chosen in a menu.
Raw = str | int | dict[str, str] | list[str] | list[dict[str, str]] | None


class Entry(BaseModel):
    """One field: the kind of its element, and what it holds."""

    model_config = ConfigDict(frozen=True)

    kind: str
    value: Raw = None

    @property
    def typed(self) -> object:
        """The value as a hand would give it; what an app offered itself stays an option."""
        is_offered = self.kind.endswith("external_select")
        if isinstance(self.value, list):
            return [_chosen(one, is_offered=is_offered) for one in self.value]
        return _chosen(self.value, is_offered=is_offered)


#: All fields of a surface, by block and action.
Entries = Mapping[str, Mapping[str, Entry]]


def typed(entries: Entries) -> dict[tuple[str, str] | str, object]:
    """All fields, by block and action together."""
    return {
        (block, action): entry.typed
        for block, actions in entries.items()
        for action, entry in actions.items()
    }


def _chosen(value: str | int | Mapping[str, str] | None, *, is_offered: bool) -> object:
    if not isinstance(value, Mapping):
        return value
    if not is_offered:
        return value["value"]
    return {"text": {"type": "plain_text", "text": value["text"]}, "value": value["value"]}
