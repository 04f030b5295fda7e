import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient

import chatops.adapters.slack
from chatops.adapters.slack.api.scopes import METHODS, SlackMethod, bot_scopes
from chatops.playground.slack.methods.table import METHODS as TAKEN

SOURCES = sorted(Path(chatops.adapters.slack.__path__[0]).rglob("*.py"))


def names_in(source: Path) -> Iterator[tuple[str, str]]:
    """Each ``thing.name`` in a module."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node.value), node.attr


def called() -> set[str]:
    """Every Web API method that the package calls, through our own way out or Bolt's client."""
    found: set[str] = set()
    for source in SOURCES:
        if source.name == "scopes.py":
            continue
        for thing, name in names_in(source):
            if thing == "SlackMethod":
                found.add(SlackMethod[name].value)
            elif thing.endswith("client") and "_" in name and hasattr(WebClient, name):
                found.add(name.replace("_", "."))
    return found - {"api.call"}


def test_the_table_holds_the_methods_that_are_called_and_no_more() -> None:
    assert called() == {method.value for method in METHODS}


@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_sdk_knows_the_method(method: SlackMethod) -> None:
    assert hasattr(WebClient, method.value.replace(".", "_"))


@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_strict_double_agrees_on_the_scopes_and_the_tier(method: SlackMethod) -> None:
    theirs, ours = TAKEN[method.value], METHODS[method]
    assert not theirs.scopes or set(theirs.scopes) & set(ours.scopes)
    assert ours.a_minute is None or ours.a_minute <= theirs.tier


def test_the_bots_scopes_are_these() -> None:
    assert bot_scopes() == (
        "canvases:write",
        "channels:history",
        "channels:join",
        "channels:manage",
        "channels:read",
        "chat:write",
        "files:write",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:write",
        "links:write",
        "pins:write",
        "usergroups:read",
        "users:read",
    )
