"""The rules for Work Objects: what an entity under a link, or in the side pane, is made of."""

from collections.abc import Sequence
from typing import Any

from chatops.playground.slack.blocks.checks import (
    BlockPath,
    ContentCheck,
    Findings,
    anything,
    choice,
    either,
    flag,
    listing,
    matching,
    number,
    record,
    text,
)
from chatops.playground.slack.blocks.objects import LONGEST_ID, slack_file, url, user_id

INCIDENT = "slack#/entities/incident"
_YEAR_9999 = 253_402_300_799
_MOST_PRIMARY, _MOST_OVERFLOW, _MOST_FIELDS = 2, 5, 50
_COLORS = ("red", "yellow", "green", "gray", "blue")
_TYPES = (
    "string",
    "integer",
    "boolean",
    "array",
    "slack#/types/date",
    "slack#/types/timestamp",
    "slack#/types/user",
    "slack#/types/channel_id",
    "slack#/types/link",
    "slack#/types/email",
)

_icon = record(
    {"alt_text": text(2000)},
    {"url": url, "slack_file": slack_file},
    also=[either("url", "slack_file")],
)
_moment = number(0, _YEAR_9999)
_shown = {"label": text(255), "icon": _icon, "long": flag, "tag_color": choice(*_COLORS)}
_string = record(
    {"value": text(3000)},
    {**_shown, "format": choice("markdown"), "link": url, "type": choice("string")},
)
_timestamp = record(
    {"value": _moment}, {"label": text(255), "type": choice("slack#/types/timestamp")}
)
_person = record(
    {},
    {"user_id": user_id, "text": text(255), "url": url, "email": text(255), "icon": _icon},
    also=[either("user_id", "text")],
)
_typed = record(
    {"type": choice(*_TYPES)},
    {**_shown, "value": anything, "link": url, "format": choice("markdown"), "user": _person},
    also=[either("value", "user")],
)
_custom = record(
    {"key": matching(r"[a-z][a-z0-9_]*", "must be a key"), "label": text(255),
     "type": choice(*_TYPES)},
    {**_shown, "value": anything, "link": url, "format": choice("markdown"), "user": _person},
    also=[either("value", "user")],
)  # fmt: skip
_fields = record(
    {},
    {
        "status": _string,
        "priority": _string,
        "urgency": _string,
        "created_by": _typed,
        "assigned_to": _typed,
        "date_created": _timestamp,
        "date_updated": _timestamp,
        "description": _string,
        "service": _string,
    },
)
_action = record(
    {"text": text(75), "action_id": text(LONGEST_ID)},
    {
        "value": text(2000),
        "style": choice("primary", "danger"),
        "url": url,
        "accessibility_label": text(75),
        "processing_state": record({"enabled": flag}, {"interstitial_text": text(75)}),
    },
)
_attributes = record(
    {"title": record({"text": text(3000)})},
    {
        "display_type": text(255),
        "display_id": text(255),
        "product_icon": _icon,
        "product_name": text(255),
        "locale": text(20),
        "metadata_last_modified": _moment,
    },
)


def _ordered(value: Any, place: BlockPath) -> None:
    """Refuse an order that names fields which are not there."""
    there = set(value.get("fields") or ()) | {
        one.get("key") for one in value.get("custom_fields") or () if isinstance(one, dict)
    }
    for name in value.get("display_order") or ():
        if name not in there:
            place.at("display_order").complain(f"no field is called {name}")


_payload = record(
    {"attributes": _attributes},
    {
        "fields": _fields,
        "custom_fields": listing(_custom, most=_MOST_FIELDS, least=0),
        "display_order": listing(text(255), most=_MOST_FIELDS, least=0),
        "actions": record(
            {},
            {
                "primary_actions": listing(_action, most=_MOST_PRIMARY, least=0),
                "overflow_actions": listing(_action, most=_MOST_OVERFLOW, least=0),
            },
        ),
    },
    also=[_ordered],
)


def _entity(*, under_a_link: bool) -> ContentCheck:
    posted = {"app_unfurl_url": url}
    return record(
        {
            "entity_type": choice(INCIDENT),
            "entity_payload": _payload,
            "external_ref": record({"id": text(LONGEST_ID)}, {"type": text(LONGEST_ID)}),
            "url": url,
            **(posted if under_a_link else {}),
        },
        {} if under_a_link else posted,
    )


def complaints_about_entities(metadata: Any) -> Sequence[str]:
    """Say what is wrong with the entities that go under links; empty when Slack would take them."""
    findings = Findings()
    entities = listing(_entity(under_a_link=True), most=10)
    record({"entities": entities})(metadata, BlockPath(pointer="/metadata", findings=findings))
    return findings.complaints


def complaints_about_details(entity: Any) -> Sequence[str]:
    """The same of the one entity that a side pane shows."""
    findings = Findings()
    _entity(under_a_link=False)(entity, BlockPath(pointer="/metadata", findings=findings))
    return findings.complaints
