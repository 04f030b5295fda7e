"""The JSON in which Slack shows people, channels, messages, views and files."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from chatops.playground.workspace.model import (
    Bookmark,
    Channel,
    ChannelKind,
    File,
    Message,
    Person,
    UserGroup,
    View,
    ViewKind,
    WorkspaceTeam,
)
from chatops.playground.workspace.state import Workspace

Shape = dict[str, Any]


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def user(person: Person, team: WorkspaceTeam) -> Shape:
    profile = {
        "real_name": person.real_name,
        "display_name": person.handle,
        "real_name_normalized": person.real_name,
        "display_name_normalized": person.handle,
        "title": person.title,
        "team": team.id,
        "image_48": f"https://avatars.invalid/{person.id}_48.png",
        **({"email": person.email} if person.email else {}),
        **({"bot_id": person.bot_id} if person.is_bot else {}),
    }
    return {
        "id": person.id,
        "team_id": team.id,
        "name": person.handle,
        "real_name": person.real_name,
        "deleted": person.deleted,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": 0,
        "profile": profile,
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 0,
    }


def user_group(group: UserGroup, team: WorkspaceTeam, *, with_users: bool) -> Shape:
    shape = {
        "id": group.id,
        "team_id": team.id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "is_external": False,
        "date_delete": 0,
        "user_count": len(group.members),
    }
    return shape | ({"users": list(group.members)} if with_users else {})


def channel(room: Channel, viewer: str, *, last_read: str = "0000000000.000000") -> Shape:
    """Show a conversation as ``viewer`` sees it."""
    shape: Shape = {
        "id": room.id,
        "created": seconds(room.created),
        "is_archived": room.is_archived,
        "is_im": room.kind is ChannelKind.DIRECT,
        "is_org_shared": False,
    }
    if room.kind is ChannelKind.DIRECT:
        other = next((one for one in room.members if one != viewer), viewer)
        return shape | {"user": other, "is_user_deleted": False, "priority": 0}
    return shape | {
        "name": room.name,
        "name_normalized": room.name,
        "is_channel": room.kind is ChannelKind.PUBLIC,
        "is_group": room.kind is ChannelKind.PRIVATE,
        "is_mpim": room.kind is ChannelKind.GROUP,
        "is_private": room.kind is not ChannelKind.PUBLIC,
        "is_general": room.is_general,
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "unlinked": 0,
        "creator": room.creator,
        "is_member": viewer in room.members,
        "last_read": last_read,
        "topic": {"value": room.topic, "creator": room.creator, "last_set": 0},
        "purpose": {"value": room.purpose, "creator": room.creator, "last_set": 0},
        "previous_names": list(room.previous_names),
        "num_members": len(room.members),
    }


def message(
    post: Message, workspace: Workspace, *, app_id: str, with_metadata: bool = False
) -> Shape:
    """Show a message as in a channel's history."""
    shape: Shape = {"type": "message", "ts": post.ts, "user": post.author, "text": post.text}
    if post.subtype is not None:
        shape["subtype"] = post.subtype
    if post.bot_id is not None:
        shape |= {"bot_id": post.bot_id, "app_id": app_id, "team": workspace.team.id}
        shape["bot_profile"] = bot_profile(workspace, app_id)
    if post.blocks:
        shape["blocks"] = list(post.blocks)
    if post.attachments:
        shape["attachments"] = list(post.attachments)
    if post.files:
        found = (workspace.files.find(one) for one in post.files)
        shape["files"] = [file(one) for one in found if one is not None]
    if post.metadata is not None and with_metadata:
        shape["metadata"] = dict(post.metadata)
    if post.edited is not None:
        shape["edited"] = {"user": post.edited.by, "ts": post.edited.ts}
    return shape | _thread(post) | _marks(post)


def _thread(post: Message) -> Shape:
    if post.thread_ts is None:
        return {}
    if post.is_reply:
        return {"thread_ts": post.thread_ts}
    return {
        "thread_ts": post.thread_ts,
        "reply_count": post.reply_count,
        "reply_users_count": len(post.reply_users),
        "latest_reply": post.latest_reply,
        "reply_users": list(post.reply_users),
        "is_locked": False,
        "subscribed": False,
    }


def _marks(post: Message) -> Shape:
    marks: Shape = {}
    if post.reactions:
        marks["reactions"] = [
            {"name": one.name, "users": list(one.people), "count": len(one.people)}
            for one in post.reactions
        ]
    if post.is_pinned:
        marks["pinned_to"] = [post.channel]
    return marks


def bot_profile(workspace: Workspace, app_id: str) -> Shape:
    bot = workspace.bot
    return {
        "id": bot.bot_id,
        "app_id": app_id,
        "user_id": bot.id,
        "name": bot.real_name,
        "deleted": False,
        "updated": 0,
        "team_id": workspace.team.id,
        "icons": {},
    }


def view(shown: View, workspace: Workspace, *, app_id: str) -> Shape:
    """Show a view as in ``views.*`` answers and in interaction payloads."""
    content = dict(shown.content)
    is_modal = shown.kind is ViewKind.MODAL
    return {
        "id": shown.id,
        "team_id": workspace.team.id,
        "type": shown.kind.value,
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": dict(shown.values)},
        "hash": shown.hash,
        "title": content.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "clear_on_close": content.get("clear_on_close", False) if is_modal else False,
        "notify_on_close": content.get("notify_on_close", False) if is_modal else False,
        "previous_view_id": shown.previous_id,
        "root_view_id": shown.root_id,
        "app_id": app_id,
        "app_installed_team_id": workspace.team.id,
        "bot_id": workspace.bot.bot_id,
    }


def file(upload: File, address: str = "https://files.invalid") -> Shape:
    return {
        "id": upload.id,
        "created": seconds(upload.created),
        "timestamp": seconds(upload.created),
        "name": upload.name,
        "title": upload.title,
        "filetype": upload.filetype,
        "size": len(upload.content),
        "user": upload.owner,
        "mode": "hosted",
        "is_external": False,
        "is_public": bool(upload.channels),
        "channels": list(upload.channels),
        "permalink": f"{address}/files/{upload.owner}/{upload.id}/{quote(upload.name)}",
    }


def bookmark(mark: Bookmark, channel_id: str) -> Shape:
    return {
        "id": mark.id,
        "channel_id": channel_id,
        "title": mark.title,
        "link": mark.link,
        "emoji": mark.emoji,
        "type": "link",
        "icon_url": "",
        "entity_id": None,
        "rank": "0",
    }


def page(rows: Sequence[Shape], *, limit: int, start: int) -> tuple[list[Shape], Shape]:
    """Cut one page out of ``rows`` and make the metadata that leads to the next one."""
    end = start + limit
    cursor = f"next:{end}" if end < len(rows) else ""
    return list(rows[start:end]), {"next_cursor": cursor}
