"""Shares files in Slack, finds them again, and makes canvases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chatops.adapters.slack.api.scopes import SlackMethod
from chatops.adapters.slack.api.web_api import SKEW, SlackWebApi, told
from chatops.application.ports.chat import ChatRefused, SharedFile

#: How far back a file is looked for.
_PAGE = 200
#: The canvas was deleted, or belongs to another app by now.
_CANVAS_LOST = frozenset({"canvas_not_found", "canvas_deleted", "canvas_not_visible"})


class SlackFiles:
    """The port Files over Slack's Web API."""

    def __init__(self, api: SlackWebApi) -> None:
        self._api = api

    def share(
        self,
        channel: str,
        *,
        name: str,
        title: str,
        content: str,
        comment: str,
        thread: str | None = None,
    ) -> SharedFile:
        data = content.encode()
        place = self._api.call(SlackMethod.FILES_GET_UPLOAD_URL, filename=name, length=len(data))
        self._api.upload(told(place, "upload_url"), data)
        answer = self._api.call(
            SlackMethod.FILES_COMPLETE_UPLOAD,
            files=[{"id": told(place, "file_id"), "title": title}],
            channel_id=channel,
            initial_comment=comment,
            **({"thread_ts": thread} if thread else {}),
        )
        shared: Mapping[str, Any] = next(iter(answer.get("files") or ()), {})
        return _file(shared, told(place, "file_id"))

    def find(
        self, channel: str, name: str, *, since: datetime, thread: str | None = None
    ) -> SharedFile | None:
        answer = self._api.call(
            SlackMethod.CONVERSATIONS_REPLIES if thread else SlackMethod.CONVERSATIONS_HISTORY,
            channel=channel,
            **({"ts": thread} if thread else {}),
            oldest=f"{(since - SKEW).timestamp():.6f}",
            limit=_PAGE,
        )
        for message in answer.get("messages") or ():
            for file in message.get("files") or ():
                if file.get("name") == name:
                    return _file(file, f"{file.get('id', '')}")
        return None

    def canvas(
        self, channel: str, *, title: str, text: str, known: str, doubtful: bool
    ) -> SharedFile:
        if known and self._rewritten(known, text):
            return SharedFile(id=known, link=self._link(known))
        content = {"type": "markdown", "markdown": text}
        try:
            answer = self._api.call(
                SlackMethod.CONVERSATIONS_CANVASES_CREATE,
                channel_id=channel,
                title=title,
                document_content=content,
            )
        except ChatRefused as refusal:
            if refusal.code != "channel_canvas_already_exists":
                raise
            if doubtful and not known:
                return SharedFile(id="", link="")
            answer = self._api.call(
                SlackMethod.CANVASES_CREATE,
                title=title,
                channel_id=channel,
                document_content=content,
            )
        canvas = told(answer, "canvas_id")
        return SharedFile(id=canvas, link=self._link(canvas))

    def _rewritten(self, canvas: str, text: str) -> bool:
        """Write a canvas anew; false if it is gone."""
        change = {
            "operation": "replace",
            "document_content": {"type": "markdown", "markdown": text},
        }
        try:
            self._api.call(SlackMethod.CANVASES_EDIT, canvas_id=canvas, changes=[change])
        except ChatRefused as refusal:
            if refusal.code not in _CANVAS_LOST:
                raise
            return False
        return True

    def _link(self, canvas: str) -> str:
        team = self._api.call(SlackMethod.AUTH_TEST)
        return f"{told(team, 'url').rstrip('/')}/docs/{told(team, 'team_id')}/{canvas}"


def _file(row: Mapping[str, Any], file_id: str) -> SharedFile:
    return SharedFile(id=f"{row.get('id') or file_id}", link=f"{row.get('permalink') or ''}")
