"""Writes manifest.yml, from which Slack makes the app, out of what the code calls and hears."""

import argparse
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml

from chatops.adapters.slack.api.scopes import bot_scopes
from chatops.adapters.slack.api.sign_in import SCOPES as SIGN_IN
from chatops.adapters.slack.incoming.subscriptions import EVENTS, SHORTCUTS
from chatops.commands.catalogue import HOTFIX, INCIDENT
from chatops.commands.usage import hint
from chatops.settings import read_settings

#: Stands in the shipped file until a team puts its own address there.
PLACE_HOLDER = "https://chatops.example.com"
ENDPOINT = "/slack/events"
#: Where people come back to who sign in to the pages.
CALLBACK = "/sign-in/callback"
_HEAD = """\
# Made by `make manifest` from the code; do not edit the scopes, events and shortcuts by hand.
# At api.slack.com/apps choose Create New App, From a manifest, and paste this.
# Over HTTP put your own address in place of {place_holder}. Where Slack cannot
# reach you, set socket_mode_enabled to true instead: the addresses are then not used.
"""


def manifest(
    *,
    command: str = "/incident",
    hotfix_command: str = "/hotfix",
    public_url: str | None = None,
    socket_mode: bool = False,
) -> dict[str, Any]:
    """Describe the app in Slack's own terms; over a socket Slack needs no address of it.

    People who sign in to the pages come back to its public address, and links to it are shown as
    cards.
    """
    address = {} if socket_mode else {"url": f"{public_url or PLACE_HOLDER}{ENDPOINT}"}
    site = public_url or (None if socket_mode else PLACE_HOLDER)
    back = {"redirect_urls": [f"{site}{CALLBACK}"]} if site else {}
    domain = _domain(site)
    unfurled = {"unfurl_domains": [domain]} if domain else {}
    request = {f"request_{key}": value for key, value in address.items()}
    return {
        "display_information": {
            "name": "ChatOps",
            "description": "Runs incidents from declaration to resolution, and keeps every promise",
            "background_color": "#1d1c1d",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "chatops", "always_online": True},
            **unfurled,
            "shortcuts": [
                {
                    "name": each.name,
                    "type": each.kind.value,
                    "callback_id": each.callback,
                    "description": each.description,
                }
                for each in SHORTCUTS
            ],
            "slash_commands": [
                {
                    "command": command,
                    **address,
                    "description": "Declare an incident, run it, resolve it",
                    "usage_hint": hint(INCIDENT),
                    "should_escape": True,
                },
                {
                    "command": hotfix_command,
                    **address,
                    "description": "Bring a fix to production, and back to develop",
                    "usage_hint": hint(HOTFIX),
                    "should_escape": True,
                },
            ],
        },
        "oauth_config": {
            **back,
            "scopes": {"bot": list(needed_scopes()), "user": list(SIGN_IN)},
        },
        "settings": {
            "event_subscriptions": {**request, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def _domain(site: str | None) -> str:
    """Whose links are shown as cards; Slack takes no port, and nothing without a dot."""
    host = urlsplit(site or "").hostname or ""
    return host if "." in host else ""


def needed_scopes() -> tuple[str, ...]:
    """Every scope that the bot must be granted, in order: no more and no less."""
    listening = {scope for scopes in EVENTS.values() for scope in scopes}
    return tuple(sorted({"commands", *bot_scopes(), *listening}))


def as_yaml(description: Mapping[str, Any]) -> str:
    """The text of manifest.yml."""
    head = _HEAD.format(place_holder=PLACE_HOLDER)
    return head + yaml.safe_dump(description, sort_keys=False, allow_unicode=True, width=100)


def main(arguments: list[str] | None = None) -> None:
    """Print the manifest."""
    parser = argparse.ArgumentParser(prog="python -m chatops.manifest", description=main.__doc__)
    parser.add_argument("--command", default="/incident", help="the command for incidents")
    parser.add_argument("--hotfix", default="/hotfix", help="the command for hotfixes")
    parser.add_argument("--url", help="where Slack reaches the bot; else CHATOPS_PUBLIC_URL")
    parser.add_argument("--socket", action="store_true", help="for Socket Mode")
    given = parser.parse_args(arguments)
    url = given.url or read_settings().public_url
    made = manifest(
        command=given.command,
        hotfix_command=given.hotfix,
        public_url=url,
        socket_mode=given.socket,
    )
    print(as_yaml(made), end="")  # noqa: T201 - this is what it is for


if __name__ == "__main__":
    main()
