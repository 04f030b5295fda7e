"""Shapes our posts into Slack's blocks, within every limit that Slack sets."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from chatops.adapters.slack.rendering import charts, mrkdwn
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Confirm, ListItem, Post

SECTION, FIELD, CONTEXT, HEADER, FALLBACK = 3000, 2000, 2000, 150, 4000
LABEL, VALUE, OPTION_VALUE, CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_LABEL = 75, 2000, 150, 100, 300, 30
FIELDS, VISIBLE, OVERFLOW, OPTIONS = 10, 4, 5, 100

#: Blocks in a message and its JSON's length (Slack tells nobody, and refuses about 13,000), then
#: the same for a view (250 kB).
MESSAGE, MESSAGE_SIZE = 50, 12_000
HOME, HOME_SIZE = 100, 200_000

_SHORTENED = "… shortened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Which button somebody pressed, wherever Slack put it."""

    ask: str
    about: str


def message(post: Post, *, newer: bool = True) -> list[Block]:
    """Shape a message: title, text, facts, rows, charts, table, buttons, footnote.

    Without the ``newer`` blocks the table is made of letters, and there are no charts.
    """
    drawn = charts.newer(post.charts, post.sheet) if newer else charts.classic(post.sheet)
    opening = _title(post.title)
    closing = [*drawn, *_actions(post), *_footnote(post.footnote)]
    body = [*sections(post.text), *_facts(post.facts), *map(_row, post.rows)]
    if not opening and not body:
        body = sections(post.headline) or sections("…")
    around = opening + closing
    if len(body) + len(around) <= MESSAGE and _size([*body, *around]) <= MESSAGE_SIZE:
        return [*opening, *body, *closing]
    room = max(MESSAGE_SIZE - _size(around), MESSAGE_SIZE // 2)
    kept = _folded(body, most=MESSAGE - len(around), size=room)
    return opening + kept + closing


def home(posts: Iterable[Post]) -> list[Block]:
    """Shape somebody's App Home: one post below the other."""
    shown: list[Block] = []
    for post in posts:
        shown += [DividerBlock()] if shown else []
        shown += message(post)
    return _folded(shown or sections("Nothing here yet."), most=HOME, size=HOME_SIZE)


def fallback(post: Post) -> str:
    """The line that stands in notifications and is read aloud."""
    title = mrkdwn.escape(mrkdwn.plain(post.title, FALLBACK))
    return mrkdwn.clamp(post.headline or title or post.text, FALLBACK) or "…"


def forms(post: Post) -> Iterator[dict[str, Any]]:
    """What may be sent for a post: the best form first, then what an older Slack takes."""
    text = fallback(post)
    yield {"text": text, "blocks": as_json(message(post))}
    if post.charts or post.sheet:
        yield {"text": text, "blocks": as_json(message(post, newer=False))}
    yield {"text": as_text(post)}


def as_text(post: Post) -> str:
    """Put the whole post into one text, for a Slack that does not take the blocks."""
    title = [f"*{mrkdwn.escape(mrkdwn.plain(post.title, HEADER))}*"] if post.title else []
    facts = [_fact(label, value) for label, value in post.facts]
    rows = [row.text for row in post.rows]
    table = [charts.in_letters(post.sheet, SECTION)] if post.sheet else []
    parts = (*title, post.text, *facts, *rows, *table, post.footnote)
    words = "\n\n".join(part for part in parts if part)
    return mrkdwn.clamp(words, FALLBACK) or fallback(post)


def as_json(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Turn blocks into what is sent; the SDK checks them here."""
    return [block.to_dict() for block in blocks]


def sections(text: str) -> list[Block]:
    """Show mrkdwn of any length; for messages and modals alike."""
    return [
        SectionBlock(text=MarkdownTextObject(text=piece)) for piece in mrkdwn.pieces(text, SECTION)
    ]


def pressed(action: Mapping[str, Any]) -> Press:
    """Read the action that Slack sends; a number that the same action got in a block is dropped."""
    option = action.get("selected_option")
    if isinstance(option, Mapping):
        ask, _, about = f"{option.get('value', '')}".partition(":")
        return Press(ask=ask, about=about)
    ask = f"{action.get('action_id', '')}".partition("-")[0]
    return Press(ask=ask, about=f"{action.get('value', '')}")


def _title(title: str) -> list[Block]:
    words = mrkdwn.plain(title, HEADER)
    return [HeaderBlock(text=PlainTextObject(text=words))] if words else []


def _footnote(footnote: str) -> list[Block]:
    words = mrkdwn.clamp(footnote, CONTEXT)
    return [ContextBlock(elements=[MarkdownTextObject(text=words)])] if words else []


def _fact(label: str, value: str) -> str:
    return f"*{mrkdwn.escape(mrkdwn.plain(label, LABEL))}*\n{value.strip()}"


def _facts(facts: Sequence[tuple[str, str]]) -> list[Block]:
    fields = [
        MarkdownTextObject(text=mrkdwn.clamp(_fact(label, value), FIELD)) for label, value in facts
    ]
    return [
        SectionBlock(fields=fields[first : first + FIELDS])
        for first in range(0, len(fields), FIELDS)
    ]


def _row(row: ListItem) -> Block:
    """A line of a list, with its menu at the end of it."""
    words = MarkdownTextObject(text=mrkdwn.clamp(row.text, SECTION) or "…")
    menu = _menu(row.buttons, ActionId("more")) if row.buttons else None
    return SectionBlock(text=words, accessory=menu)


def _actions(post: Post) -> list[Block]:
    """Show four buttons, and the others in a menu; those that must be confirmed have their own."""
    action_id = _numbered()
    hidden = [*post.buttons[VISIBLE:], *post.more]
    elements: list[InteractiveElement] = [
        ButtonElement(
            text=_label(button),
            action_id=action_id(button.ask),
            value=mrkdwn.plain(button.about, VALUE),
            style=None if button.tone is ButtonStyle.PLAIN else button.tone.value,
            confirm=_confirm(button.confirm, button.tone) if button.confirm else None,
        )
        for button in post.buttons[:VISIBLE]
    ]
    for menu in (
        [button for button in hidden if not button.confirm],
        [button for button in hidden if button.confirm],
    ):
        elements += [_menu(menu, action_id(ActionId("more")))] if menu else []
    return [ActionsBlock(elements=elements)] if elements else []


def _numbered() -> Callable[[ActionId], str]:
    """Give each action its ask's name, and a number where the name stands in the block already."""
    seen: Counter[ActionId] = Counter()

    def action_id(ask: ActionId) -> str:
        seen[ask] += 1
        return ask if seen[ask] == 1 else f"{ask}-{seen[ask]}"

    return action_id


def _menu(buttons: Sequence[Button], action_id: str) -> InteractiveElement:
    """Offer buttons in a menu of five, or in a list to pick from."""
    options = {
        value: Option(text=_label(button), value=value)
        for button in buttons[:OPTIONS]
        for value in [mrkdwn.plain(f"{button.ask}:{button.about}", OPTION_VALUE)]
    }
    confirm = _confirm_any(buttons)
    if len(options) <= OVERFLOW:
        return OverflowMenuElement(
            action_id=action_id, options=list(options.values()), confirm=confirm
        )
    return StaticSelectElement(
        action_id=action_id,
        options=list(options.values()),
        placeholder=PlainTextObject(text="More…"),
        confirm=confirm,
    )


def _confirm_any(buttons: Sequence[Button]) -> ConfirmObject | None:
    """A menu has one question for all that is in it."""
    asked = [(button, button.confirm) for button in buttons if button.confirm]
    if len(asked) == 1:
        return _confirm(asked[0][1], asked[0][0].tone)
    if not asked:
        return None
    text = " ".join(f"{button.label}: {confirm.text}" for button, confirm in asked)
    return _confirm(Confirm(title="Are you sure?", text=text, yes="Yes"), ButtonStyle.PLAIN)


def _confirm(confirm: Confirm, tone: ButtonStyle) -> ConfirmObject:
    return ConfirmObject(
        title=PlainTextObject(text=mrkdwn.plain(confirm.title, CONFIRM_TITLE) or "Are you sure?"),
        text=PlainTextObject(text=mrkdwn.plain(confirm.text, CONFIRM_TEXT) or "Are you sure?"),
        confirm=PlainTextObject(text=mrkdwn.plain(confirm.yes, CONFIRM_LABEL) or "Yes"),
        deny=PlainTextObject(text=mrkdwn.plain(confirm.no, CONFIRM_LABEL) or "Back"),
        style="danger" if tone is ButtonStyle.DANGER else None,
    )


def _label(button: Button) -> PlainTextObject:
    words = mrkdwn.plain(button.label, LABEL) or button.ask.replace("_", " ")
    return PlainTextObject(text=words)


def _folded(blocks: list[Block], *, most: int, size: int) -> list[Block]:
    """Keep as many blocks as fit, and say so if they are not all."""
    if len(blocks) <= most and _size(blocks) <= size:
        return blocks
    closing = _footnote(_SHORTENED)
    room = size - _size(closing)
    kept: list[Block] = []
    for block in blocks[: most - 1]:
        room -= _size([block])
        if room < 0:
            break
        kept.append(block)
    return kept + closing


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(json.dumps(block, ensure_ascii=False)) + 1 for block in as_json(blocks))
