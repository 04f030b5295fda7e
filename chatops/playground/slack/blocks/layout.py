"""The rules for the classic blocks, and on which surfaces each may stand."""

from collections.abc import Mapping
from typing import Any

from chatops.playground.slack.blocks.checks import (
    BlockPath,
    ContentCheck,
    anything,
    by_type,
    either,
    flag,
    listing,
    not_both,
    record,
    rows,
    text,
)
from chatops.playground.slack.blocks.elements import ACCESSORIES, ACTIONS, INPUTS
from chatops.playground.slack.blocks.objects import (
    identifier,
    image,
    plain,
    slack_file,
    url,
    words,
)
from chatops.playground.slack.blocks.rich_text import rich_text


def unique_action_ids(value: Any, place: BlockPath) -> None:
    """Refuse an action id that stands twice in one block."""
    seen: set[str] = set()
    for index, one in enumerate(rows(value.get("elements"))):
        action_id = one.get("action_id") if isinstance(one, dict) else None
        if action_id is not None and str(action_id) in seen:
            place.at("elements").at(index).at("action_id").complain(
                f'`action_id` "{action_id}" already exists for another element'
            )
        seen.add(str(action_id))


def block(
    required: Mapping[str, ContentCheck] | None = None,
    optional: Mapping[str, ContentCheck] | None = None,
    *also: ContentCheck,
) -> ContentCheck:
    """Accept a block with these fields beside its type and id."""
    return record(
        {"type": anything, **(required or {})},
        {"block_id": identifier, **(optional or {})},
        also=also,
    )


_CONTEXT = {**{kind: words(2000) for kind in ("plain_text", "mrkdwn")}, "image": image}

#: These stand on every surface.
EVERYWHERE: Mapping[str, ContentCheck] = {
    "section": block(
        {},
        {
            "text": words(3000),
            "fields": listing(words(2000), most=10),
            "accessory": by_type(ACCESSORIES),
            "expand": flag,
        },
        either("text", "fields"),
    ),
    "header": block({"text": plain(150)}),
    "divider": block(),
    "context": block({"elements": listing(by_type(_CONTEXT), most=10)}),
    "actions": block({"elements": listing(by_type(ACTIONS), most=25)}, {}, unique_action_ids),
    "image": block(
        {"alt_text": text(2000)},
        {"image_url": url, "slack_file": slack_file, "title": plain(2000)},
        either("image_url", "slack_file"),
        not_both("image_url", "slack_file"),
    ),
    "input": block(
        {"label": plain(2000), "element": by_type(INPUTS)},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": rich_text,
    "video": block(
        {
            "alt_text": text(2000),
            "title": plain(200),
            "thumbnail_url": url,
            "video_url": url,
        },
        {
            "author_name": text(50),
            "description": plain(200),
            "provider_icon_url": url,
            "provider_name": text(200),
            "title_url": url,
        },
    ),
}

IN_MESSAGES: Mapping[str, ContentCheck] = {
    "file": block({"external_id": identifier, "source": text(20)}),
}
