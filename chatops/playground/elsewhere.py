"""What the workspace's sidebar leads to besides conversations: the bot's pages, and the shop's."""

from collections.abc import Mapping

#: Where the bot's own pages are mounted beside the workspace.
BOT = "/bot"
#: Where the shop answers.
SHOP = "/shop"

_PAGES = {
    "Public status": f"{BOT}/status",
    "Incidents": f"{BOT}/incidents",
    "What is due": f"{BOT}/due",
    "Statistics": f"{BOT}/stats",
}
_MACHINES = {"Health": f"{BOT}/readyz", "Figures": f"{BOT}/metrics"}
_SHOPS = {"Health of the shop": f"{SHOP}/health", "A test payment": f"{SHOP}/pay"}


def elsewhere(*, with_shop: bool) -> Mapping[str, Mapping[str, str]]:
    """The links by their headings, title to address."""
    machines = {**_MACHINES, **_SHOPS} if with_shop else _MACHINES
    return {"Web pages": _PAGES, "For machines": machines}
