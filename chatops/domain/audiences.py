"""The people a playbook counts on by name: each must be found in `chatops.yml`."""

from chatops.domain.policy import Playbook


def audiences(playbook: Playbook) -> frozenset[str]:
    """Every audience that the playbook tells, pages, or asks for approval; its own roles aside."""
    told = {
        name
        for severity in playbook.severities
        for name in (
            *(notice.audience for notice in severity.notify),
            *(name for rung in severity.escalation for name in rung.tell),
        )
    }
    rules = playbook.hotfix.severities.values()
    approving = {role for rule in rules for role in rule.approval.roles}
    reviewing = {
        reviewer
        for pipeline in playbook.hotfix.pipelines
        for request in (pipeline.pull_request, pipeline.backport and pipeline.backport.pull_request)
        if request
        for reviewer in request.reviewers
    }
    return frozenset((told | approving | reviewing) - {role.key for role in playbook.roles})
