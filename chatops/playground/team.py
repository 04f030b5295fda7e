"""The team that lives in the playground's workspace, as `chatops.yml` would describe it."""

from chatops.domain.team import Channels, GitRules, Team
from chatops.playground.code.service import people
from chatops.playground.workspace import Workspace

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
        channels=Channels(stakeholders="status-updates", alerts="incidents"),
        audiences={
            audience: tuple(
                groups[each[1:]] if each.startswith("@") else ids[each] for each in members
            )
            for audience, members in _AUDIENCES.items()
        },
        git=GitRules(people=people(ids)),
    )
