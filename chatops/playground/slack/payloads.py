"""The payloads in which Slack tells an app what somebody did."""

from collections.abc import Mapping, Sequence
from typing import Any

from chatops.playground.slack import shapes
from chatops.playground.slack.installation import Installation
from chatops.playground.slack.trigger_ids import TriggerIds
from chatops.playground.workspace.model import Channel, ChannelKind, Json, Message, Person, View
from chatops.playground.workspace.state import Workspace

Payload = dict[str, Any]


class Payloads:
    """Makes payloads; each with a trigger id of its own, and a response URL where Slack has one."""

    def __init__(
        self, *, workspace: Workspace, installation: Installation, trigger_ids: TriggerIds
    ) -> None:
        self._workspace = workspace
        self._installation = installation
        self._trigger_ids = trigger_ids

    def command(
        self, person: Person, channel: Channel, name: str, text: str, response_url: str
    ) -> Payload:
        team = self._workspace.team
        return {
            "token": self._installation.verification_token,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": _name(channel),
            "user_id": person.id,
            "user_name": person.handle,
            "command": name,
            "text": text,
            "api_app_id": self._installation.app_id,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": self._trigger_ids.new_trigger(person.id, channel.id),
        }

    def actions_on_message(
        self,
        person: Person,
        message: Message,
        action: Json,
        values: Mapping[str, Any],
        response_url: str,
    ) -> Payload:
        channel = self._workspace.channel(message.channel)
        is_ephemeral = message.ephemeral_for is not None
        container: Payload = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel,
            "is_ephemeral": is_ephemeral,
        }
        if message.is_reply:
            container["thread_ts"] = message.thread_ts
        payload = self._start("block_actions", person) | {
            "container": container,
            "trigger_id": self._trigger_ids.new_trigger(person.id, channel.id),
            "channel": {"id": channel.id, "name": _name(channel)},
            "state": {"values": dict(values)},
            "response_url": response_url,
            "actions": [self._action(action)],
        }
        return payload if is_ephemeral else payload | {"message": self._message(message)}

    def actions_in_view(self, person: Person, view: View, action: Json) -> Payload:
        return self._start("block_actions", person) | {
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": self._trigger_ids.new_trigger(person.id, view.opened_in),
            "view": self._view(view),
            "state": {"values": dict(view.values)},
            "actions": [self._action(action)],
        }

    def submission(self, person: Person, view: View, response_urls: Sequence[Json]) -> Payload:
        return self._start("view_submission", person) | {
            "trigger_id": self._trigger_ids.new_trigger(person.id, view.opened_in),
            "view": self._view(view),
            "response_urls": list(response_urls),
        }

    def closing(self, person: Person, view: View, *, is_cleared: bool) -> Payload:
        return self._start("view_closed", person) | {
            "view": self._view(view),
            "is_cleared": is_cleared,
        }

    def global_shortcut(self, person: Person, callback_id: str) -> Payload:
        return self._start("shortcut", person) | {
            "action_ts": self._workspace.changes.new_ts(),
            "callback_id": callback_id,
            "trigger_id": self._trigger_ids.new_trigger(person.id),
        }

    def message_shortcut(
        self, person: Person, message: Message, callback_id: str, response_url: str
    ) -> Payload:
        channel = self._workspace.channel(message.channel)
        return self._start("message_action", person) | {
            "action_ts": self._workspace.changes.new_ts(),
            "callback_id": callback_id,
            "trigger_id": self._trigger_ids.new_trigger(person.id, channel.id),
            "channel": {"id": channel.id, "name": _name(channel)},
            "response_url": response_url,
            "message_ts": message.ts,
            "message": self._message(message),
        }

    def suggestion(
        self, person: Person, where: View | Message, block_id: str, action_id: str, query: str
    ) -> Payload:
        payload = self._start("block_suggestion", person) | {
            "action_id": action_id,
            "block_id": block_id,
            "value": query,
        }
        if isinstance(where, View):
            container = {"type": "view", "view_id": where.id}
            return payload | {"container": container, "view": self._view(where)}
        channel = self._workspace.channel(where.channel)
        return payload | {
            "container": {
                "type": "message",
                "message_ts": where.ts,
                "channel_id": where.channel,
                "is_ephemeral": where.ephemeral_for is not None,
            },
            "channel": {"id": channel.id, "name": _name(channel)},
            "message": self._message(where),
        }

    def _start(self, kind: str, person: Person) -> Payload:
        team = self._workspace.team
        return {
            "type": kind,
            "user": {
                "id": person.id,
                "username": person.handle,
                "name": person.handle,
                "team_id": team.id,
            },
            "api_app_id": self._installation.app_id,
            "token": self._installation.verification_token,
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _action(self, action: Json) -> Json:
        return {**action, "action_ts": self._workspace.changes.new_ts()}

    def _message(self, message: Message) -> Payload:
        return shapes.message(
            message,
            self._workspace,
            app_id=self._installation.app_id,
            with_metadata=message.metadata is not None,
        )

    def _view(self, view: View) -> Payload:
        return shapes.view(view, self._workspace, app_id=self._installation.app_id)


def _name(channel: Channel) -> str:
    """Name a channel as payloads do: private ones and directs are not told apart."""
    match channel.kind:
        case ChannelKind.PUBLIC:
            return channel.name
        case ChannelKind.PRIVATE | ChannelKind.GROUP:
            return "privategroup"
        case ChannelKind.DIRECT:
            return "directmessage"
