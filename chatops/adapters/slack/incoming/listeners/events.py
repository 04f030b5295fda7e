"""Listens to what happens in Slack without anybody asking us: pins, arrivals, renames, Home."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from slack_bolt import Ack

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners.actions import show_home
from chatops.adapters.slack.payloads import Json, bot_of, who_is_in
from chatops.application.incidents.link_previews import LinksShared
from chatops.application.incidents.timeline_notes import NOTE_LIMIT, NoteRequest
from chatops.application.session import Request
from chatops.commands.words import kept

#: The reactions that put a message on the timeline.
PINS = frozenset({"pushpin", "round_pushpin"})


def on_event(context: SlackContext, ack: Ack, body: Json) -> None:
    ack()
    handler = HANDLERS[body["event"]["type"]]
    context.boundary.run(
        f"{body['event']['type']}",
        lambda: handler(context, body),
        lambda _: None,
    )


def on_unknown_event(context: SlackContext, ack: Ack, body: Json) -> None:
    """An event that the app is subscribed to by mistake: Slack is not to send it again."""
    del context, body
    ack()


def _pinned(context: SlackContext, body: Json) -> None:
    """A message with a pin under it belongs on the timeline; its link makes it stand there once."""
    event = body["event"]
    item = event.get("item") or {}
    if event.get("reaction") not in PINS or item.get("type") != "message":
        return
    caller = who_is_in(body, event["user"], item["channel"], context.clock.now())
    incident = context.use_cases.look.incident_in(item["channel"])
    said = context.screens.said(item["channel"], item["ts"]) if incident is not None else None
    if incident is None or said is None or not said.text.strip():
        return
    request = NoteRequest(
        **caller.request(incident),
        text=kept(said.text)[:NOTE_LIMIT],
        at=_moment(item["ts"]),
        source=said.link,
        author=said.author,
    )
    context.boundary.run(
        "pin",
        lambda: context.answers.tell(caller, context.use_cases.add_note(request)),
        lambda post: context.answers.tell(caller, post),
    )


def _joined(context: SlackContext, body: Json) -> None:
    """Who comes into an incident's channel takes part, without a word."""
    event = body["event"]
    incident = context.use_cases.look.incident_in(event["channel"])
    if incident is None or event["user"] == bot_of(body):
        return
    caller = who_is_in(body, event["user"], event["channel"], context.clock.now())
    request = Request(**caller.request(incident))
    if event["user"] not in context.use_cases.look.known(request).incident.members:
        context.use_cases.join(request)


def _left(context: SlackContext, body: Json) -> None:
    """Who goes out of an incident's channel, or is put out, is no member any more."""
    event = body["event"]
    incident = context.use_cases.look.incident_in(event["channel"])
    if incident is not None and event["user"] != bot_of(body):
        caller = who_is_in(body, event["user"], event["channel"], context.clock.now())
        context.use_cases.leave(Request(**caller.request(incident)))


def _renamed(context: SlackContext, body: Json) -> None:
    """A rename changes nothing for us, who go by the id; it is only worth knowing later."""
    channel = body["event"]["channel"]
    _recorded(context, body, channel["id"], f"The channel is called #{channel['name']} now")


def _archived(context: SlackContext, body: Json) -> None:
    _recorded(context, body, body["event"]["channel"], "The channel was archived")


def _unarchived(context: SlackContext, body: Json) -> None:
    _recorded(context, body, body["event"]["channel"], "The channel was taken out of the archive")


def _recorded(context: SlackContext, body: Json, channel: str, text: str) -> None:
    """Note what befell an incident's channel, unless we did it ourselves."""
    user, bot = body["event"].get("user"), bot_of(body)
    incident = context.use_cases.look.incident_in(channel)
    actor = user or bot
    if incident is None or actor is None or user == bot:
        return
    caller = who_is_in(body, actor, channel, context.clock.now())
    context.use_cases.add_note(NoteRequest(**caller.request(incident), text=text))


def _home(context: SlackContext, body: Json) -> None:
    event = body["event"]
    if event.get("tab", "home") == "home":
        show_home(context, who_is_in(body, event["user"], None, context.clock.now()))


def _linked(context: SlackContext, body: Json) -> None:
    """Somebody posted a link to a page of ours, or is about to."""
    event = body["event"]
    caller = who_is_in(body, event.get("user") or "", event["channel"], context.clock.now())
    shared = LinksShared(
        team=caller.team,
        channel=event["channel"],
        now=caller.now,
        once=caller.once,
        urls=tuple(f"{link['url']}" for link in event.get("links") or ()),
    )
    cards = context.use_cases.show_links(shared)
    if cards:
        context.links.unfurl(event, cards)


def _details(context: SlackContext, body: Json) -> None:
    """Somebody clicked a card, and a side pane waits for what it is to say."""
    event = body["event"]
    caller = who_is_in(body, event["user"], event.get("channel"), context.clock.now())
    card = context.use_cases.show_links.details(
        team=caller.team, user=caller.user, url=event.get("entity_url") or "", now=caller.now
    )
    context.links.present(event["trigger_id"], card)


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


HANDLERS: Mapping[str, Callable[[SlackContext, Json], None]] = MappingProxyType(
    {
        "app_home_opened": _home,
        "channel_archive": _archived,
        "channel_rename": _renamed,
        "channel_unarchive": _unarchived,
        "entity_details_requested": _details,
        "group_archive": _archived,
        "group_rename": _renamed,
        "group_unarchive": _unarchived,
        "link_shared": _linked,
        "member_joined_channel": _joined,
        "member_left_channel": _left,
        "reaction_added": _pinned,
    }
)
