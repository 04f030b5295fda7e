"""Who must still agree to a fix, and who may."""

from collections.abc import Sequence
from itertools import permutations

from chatops.domain.hotfix_policy import Approval
from chatops.domain.hotfix_runs import ApprovalGiven

#: Approvals beyond so many are not tried in every order: a policy asks for two or three.
_MOST = 6


def missing(approval: Approval, given: Sequence[ApprovalGiven]) -> tuple[str, ...]:
    """What is still needed, role by role; ``any`` for whoever else has to agree.

    Each person counts once, and for the role that leaves the least to be asked for.

    >>> from datetime import UTC, datetime
    >>> now = datetime(2026, 11, 20, tzinfo=UTC)
    >>> def said(by, *roles):
    ...     return ApprovalGiven(by=by, sha="", at=now, roles=roles)
    >>> rule = Approval(roles=("lead", "manager"))
    >>> missing(rule, [said("U1", "lead", "manager"), said("U2", "lead")])
    ()
    >>> missing(Approval(roles=("lead",), others=1), [said("U1")])
    ('lead',)
    """
    if not approval.required:
        return ()
    best: tuple[str, ...] | None = None
    for order in permutations(given[-_MOST:]):
        left = _left(approval, order)
        if best is None or len(left) < len(best):
            best = left
    return best if best is not None else _left(approval, ())


def _left(approval: Approval, given: Sequence[ApprovalGiven]) -> tuple[str, ...]:
    roles = list(approval.roles)
    others = approval.others
    for each in given:
        fitting = next((role for role in roles if role in each.roles), None)
        if fitting is not None:
            roles.remove(fitting)
        elif others:
            others -= 1
    return (*roles, *("any" for _ in range(others)))
