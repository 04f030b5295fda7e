"""Where an interactive element stands: its names on the page, and what was entered in it."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chatops.playground.page.blockkit.html import Json
from chatops.playground.page.requests import address


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


#: The kinds of elements that hold nothing and are only pressed.
PRESSED = frozenset(
    {"button", "workflow_button", "overflow", "icon_button", "feedback_buttons", "image"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockHome:
    """A message, a modal or an App Home while it is rendered."""

    #: Starts every DOM id on this surface, so that none occurs twice on the page.
    id: str
    reader: Reader
    #: ``view.state.values``: what was entered so far, by block and action.
    values: Json = field(default_factory=dict)
    #: What the app refused, by block.
    errors: Mapping[str, str] = field(default_factory=dict)
    #: A message that is edited gets new block ids, and its elements stay the same all the same.
    is_message: bool = False
    #: How often each name was given to an element.
    named: Counter[str] = field(default_factory=Counter, compare=False)

    def place(self, block: Json, element: Json, *, is_input: bool = False) -> "BlockContext":
        """The place of one element of a block."""
        block_id = str(block.get("block_id", ""))
        return BlockContext(
            dom=self._dom(block_id, element),
            reader=self.reader,
            block_id=block_id,
            entered=self.values.get(block_id, {}),
            dispatches=not is_input or bool(block.get("dispatch_action")),
            required=is_input and not block.get("optional", False),
            label=str(block.get("label", {}).get("text", "")) if is_input else "",
            hint=bool(block.get("hint")) if is_input else False,
            error=self.errors.get(block_id, ""),
        )

    def _dom(self, block_id: str, element: Json) -> str:
        """A DOM id that the element keeps when the surface is drawn anew.

        It does not depend on what stands above, so that the browser keeps the element, and with
        it the focus, the press and the words of the person who is at it. A field in a form that
        gets another block id is another field, as in Slack: what was entered in it is gone.
        """
        action_id = str(element.get("action_id", ""))
        is_same = self.is_message or element.get("type") in PRESSED
        name = slug(action_id if is_same else f"{block_id}-{action_id}")
        self.named[name] += 1
        count = self.named[name]
        return f"{self.id}-{name}" if count == 1 else f"{self.id}-{name}.{count}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockContext:
    """The place of one element."""

    dom: str
    reader: Reader
    block_id: str
    entered: Json
    #: Whether a change is told to the app at once.
    dispatches: bool
    required: bool
    label: str
    hint: bool
    error: str

    def entered_in(self, element: Json, key: str, initial_key: str) -> Any:
        """What stands in the element: what was entered, else what the app put there."""
        action = self.entered.get(str(element.get("action_id")))
        return element.get(initial_key) if action is None else action.get(key)

    def names(self, element: Json) -> dict[str, object]:
        """The attributes by which the page's script tells the app which element it was."""
        return {
            "data_block": self.block_id,
            "data_action": element.get("action_id"),
            "data_kind": element.get("type"),
            "data_dispatch": self.dispatches,
        }

    def control(self, element: Json) -> dict[str, object]:
        """The attributes of the control itself: its id, and the texts that describe it."""
        described = [f"{self.dom}-hint"] if self.hint else []
        described += [f"{self.dom}-error"] if self.error else []
        return {
            "id": f"{self.dom}-control",
            "aria_describedby": " ".join(described) or None,
            "aria_invalid": "true" if self.error else None,
            "aria_required": "true" if self.required else None,
            "aria_label": None if self.label else _spoken_name(element),
            "autofocus": bool(element.get("focus_on_load")),
        }


def slug(name: object) -> str:
    """A name as a part of a DOM id."""
    return re.sub(r"[^\w-]", "_", str(name))


def _spoken_name(element: Json) -> str:
    placeholder = element.get("placeholder", {}).get("text")
    return str(placeholder or element.get("action_id") or element.get("type"))
