"""The rules for rich text: sections, lists, quotes, preformatted text and what stands in them."""

from chatops.playground.slack.blocks.checks import (
    ContentCheck,
    anything,
    by_type,
    choice,
    flag,
    listing,
    number,
    record,
    text,
)
from chatops.playground.slack.blocks.objects import LONGEST_ID, url

_MOST_PIECES = 5000
_style = record(
    {},
    {
        "bold": flag,
        "italic": flag,
        "strike": flag,
        "code": flag,
        "highlight": flag,
        "client_highlight": flag,
        "unlink": flag,
        "underline": flag,
    },
)
_border = number(0, 1)
_id = text(LONGEST_ID)


def _piece(
    required: dict[str, ContentCheck], optional: dict[str, ContentCheck] | None = None
) -> ContentCheck:
    return record({"type": anything, **required}, {"style": _style, **(optional or {})})


_piece_of_text = by_type(
    {
        "text": _piece({"text": text(40_000)}),
        "link": _piece({"url": url}, {"text": text(40_000), "unsafe": flag}),
        "emoji": _piece(
            {"name": text(100)}, {"unicode": text(100), "skin_tone": number(2, 6), "url": url}
        ),
        "user": _piece({"user_id": _id}),
        "usergroup": _piece({"usergroup_id": _id}),
        "channel": _piece({"channel_id": _id}),
        "team": _piece({"team_id": _id}),
        "broadcast": _piece({"range": choice("here", "channel", "everyone")}),
        "color": _piece({"value": text(20)}),
        "date": _piece(
            {"timestamp": number(0, 253_402_300_799), "format": text(200)},
            {"url": url, "fallback": text(200)},
        ),
    }
)
_pieces = listing(_piece_of_text, most=_MOST_PIECES, least=0)
_section = record({"type": anything, "elements": _pieces})
_part = by_type(
    {
        "rich_text_section": _section,
        "rich_text_preformatted": record(
            {"type": anything, "elements": _pieces}, {"border": _border, "language": text(50)}
        ),
        "rich_text_quote": record({"type": anything, "elements": _pieces}, {"border": _border}),
        "rich_text_list": record(
            {
                "type": anything,
                "style": choice("bullet", "ordered"),
                "elements": listing(
                    by_type({"rich_text_section": _section}), most=_MOST_PIECES, least=0
                ),
            },
            {"indent": number(0, 8), "offset": number(0, 10_000), "border": _border},
        ),
    }
)
#: A rich_text block, also used as the initial value of an input and as a table's cell.
rich_text = by_type(
    {
        "rich_text": record(
            {"type": anything, "elements": listing(_part, most=_MOST_PIECES, least=0)},
            {"block_id": text(LONGEST_ID)},
        )
    }
)
