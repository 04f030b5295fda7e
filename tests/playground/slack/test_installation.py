from chatops.playground.slack.installation import (
    InstalledShortcut,
    InstalledShortcutKind,
    from_manifest,
)


def test_an_app_is_installed_from_its_manifest() -> None:
    manifest = {
        "features": {
            "slash_commands": [
                {"command": "/incident", "description": "Incidents", "should_escape": True},
                {"command": "/hotfix", "usage_hint": "next"},
            ],
            "shortcuts": [{"name": "Declare", "type": "message", "callback_id": "from_message"}],
            "unfurl_domains": ["status.example.com"],
        },
        "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
        "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
    }

    installed = from_manifest(manifest, bot_token="xoxb-mine")

    assert installed.bot_token == "xoxb-mine"
    assert installed.scopes == {"chat:write", "commands"}
    assert installed.events == {"app_home_opened"}
    assert installed.unfurl_domains == {"status.example.com"}
    incident, hotfix = installed.command("/incident"), installed.command("/hotfix")
    assert incident is not None
    assert hotfix is not None
    assert (incident.description, incident.should_escape) == ("Incidents", True)
    assert (hotfix.usage_hint, hotfix.should_escape) == ("next", False)
    assert installed.command("/shout") is None
    assert installed.shortcuts == (
        InstalledShortcut(
            callback_id="from_message", name="Declare", kind=InstalledShortcutKind.MESSAGE
        ),
    )


def test_a_bare_manifest_installs_an_app_that_may_do_nothing() -> None:
    installed = from_manifest({})
    assert (installed.scopes, installed.commands, installed.events) == (
        frozenset(),
        (),
        frozenset(),
    )
