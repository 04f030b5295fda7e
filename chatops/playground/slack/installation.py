"""What Slack knows of the installed app: its secrets, scopes, commands, shortcuts and events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class InstalledShortcutKind(StrEnum):
    """Where a shortcut is offered."""

    GLOBAL = "global"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    """A slash command, with what Slack shows while it is typed."""

    name: str
    description: str = ""
    usage_hint: str = ""
    #: Whether names and channels are sent as ``<@U1|name>`` and ``<#C1|name>``.
    should_escape: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledShortcut:
    """A shortcut from the lightning menu or from a message's menu."""

    callback_id: str
    name: str
    kind: InstalledShortcutKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One app installed in the workspace."""

    app_id: str = "A07PLAYGRND"
    bot_token: str = "xoxb-playground"  # noqa: S105 - opens nothing but the double
    app_token: str = "xapp-playground"  # noqa: S105 - same
    signing_secret: str = "playground-signing-secret"  # noqa: S105 - same
    client_id: str = "1000.2000"
    client_secret: str = "playground-client-secret"  # noqa: S105 - same
    verification_token: str = "playground-verification"  # noqa: S105 - same
    scopes: frozenset[str] = frozenset()
    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[InstalledShortcut, ...] = ()
    events: frozenset[str] = frozenset()
    unfurl_domains: frozenset[str] = field(default=frozenset())
    #: Where Slack sends people back to who sign in to the app's own pages.
    redirect_urls: tuple[str, ...] = ()

    def command(self, name: str) -> SlashCommand | None:
        return next((one for one in self.commands if one.name == name), None)

    def shortcut(self, callback_id: str) -> InstalledShortcut | None:
        return next((one for one in self.shortcuts if one.callback_id == callback_id), None)


def from_manifest(manifest: Mapping[str, Any], **secrets: str) -> Installation:
    """Install the app that ``manifest`` (the parsed ``manifest.yml``) describes."""
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ())
    return Installation(
        scopes=frozenset(scopes),
        commands=tuple(_command(row) for row in features.get("slash_commands", ())),
        shortcuts=tuple(_shortcut(row) for row in features.get("shortcuts", ())),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        redirect_urls=tuple(manifest.get("oauth_config", {}).get("redirect_urls", ())),
        unfurl_domains=_domains(features.get("unfurl_domains", ())),
        **secrets,
    )


def _command(row: Mapping[str, Any]) -> SlashCommand:
    return SlashCommand(
        name=row["command"],
        description=row.get("description", ""),
        usage_hint=row.get("usage_hint", ""),
        should_escape=row.get("should_escape", False),
    )


def _shortcut(row: Mapping[str, Any]) -> InstalledShortcut:
    return InstalledShortcut(
        callback_id=row["callback_id"], name=row["name"], kind=InstalledShortcutKind(row["type"])
    )


def _domains(rows: Sequence[str]) -> frozenset[str]:
    return frozenset(rows)
