"""The team that lives in the playground's workspace, as `chatops.yml` would describe it."""

from collections.abc import Mapping

from chatops.domain.team import GitRules, Team, TeamChannels
from chatops.playground.shop.service import people
from chatops.playground.workspace.state import Workspace

#: Which of the workspace's user groups and people the playbooks' audiences are. The people whom
#: one can play must be enough for any approval of a fix by Sam.
_AUDIENCES = {
    "oncall": ("@oncall",),
    "engineering_lead": ("@eng-leads",),
    "on_call_manager": ("priya", "ines"),
    "product_manager": ("@product",),
    "executives": ("lena",),
    "tech_lead": ("priya", "lena"),
    "team_lead": ("lena",),
    "product_owner": ("noah",),
    "dev_alerts": (),
}


def team_of(workspace: Workspace, playbook: str) -> Team:
    """The team that lives in a workspace, under a playbook."""
    groups = {group.handle: group.id for group in workspace.groups}
    ids = {person.handle: person.id for person in workspace.people}
    return Team(
        playbook=playbook,
        channels=TeamChannels(stakeholders="status-updates", alerts="incidents"),
        audiences={
            audience: tuple(
                groups[each[1:]] if each.startswith("@") else ids[each] for each in members
            )
            for audience, members in _AUDIENCES.items()
        },
        git=GitRules(people=people(ids)),
    )


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
