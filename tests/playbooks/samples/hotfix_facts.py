"""Made-up hotfixes, tame and hostile, to try the texts about them on."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from chatops.domain.hotfix.model import (
    Backport,
    BackportState,
    FixCommit,
    Hotfix,
    HotfixFacts,
    PullRequestLink,
    StepRun,
    StepState,
)
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise

#: Our own limits for branches, and for the titles of steps.
_LONGEST_BRANCH, _LONGEST_TITLE = 200, 80
_HOUR = timedelta(hours=1)
_PULL_REQUEST = PullRequestLink(number=12, url="https://forge.example/team/shop/pull/12")
#: What becomes of a backport, by how much there is to tell in a scene.
_BACKPORTS = {0: BackportState.OWED, 1: BackportState.OPENED, 2: BackportState.UNSURE}


def under_way(words: str, many: int, *, reason: str, now: datetime) -> Mapping[str, object]:
    """A hotfix on its way, and what may be said of its parts; ``reason`` is a playbook's."""
    step = StepRun(
        kind=StepKind.DEPLOY,
        title=words[:_LONGEST_TITLE],
        state=StepState.FAILED,
        since=now - _HOUR if many else None,
        trouble=words,
    )
    fix = Hotfix(
        id=1,
        incident=1,
        number=1,
        service="shop",
        pipeline="git_flow",
        title=words,
        started_by="U0BEN",
        started_at=now - _HOUR,
        steps=(step,),
        release="1.2.4" if many else "",
    )
    backport = Backport(
        target=words[:_LONGEST_BRANCH],
        state=_BACKPORTS.get(many, BackportState.CONFLICT),
        pull_request=_PULL_REQUEST,
        paths=(words,) * many,
    )
    return {
        "fix": fix,
        "hotfixes": (fix,) * min(many, 3),
        "step": step,
        "when_over": reason if many else "",
        "backport": backport,
        "story": reason if many else "",
    }


def late_backport(words: str, now: datetime) -> Promise:
    return Promise(
        incident=1,
        key="backport:1:develop",
        kind=PromiseKind.BACKPORT,
        due_at=now - _HOUR,
        wake_at=None,
        made_at=now - 2 * _HOUR,
        owner="U0BEN",
        about=f"backport of v1.2.4 to {words[:_LONGEST_BRANCH]}",
    )


def facts_of_hotfix(words: str, many: int, now: datetime) -> HotfixFacts:
    """What is known when a hotfix is written up."""
    return HotfixFacts(
        title=words,
        base="develop",
        branch="hotfix/null-amount",
        ticket="ET-1234",
        scope="payment",
        increment="0015-hotfix-null-amount",
        version="1.2.4",
        previous="1.2.3",
        issue=words,
        impact=words,
        root_cause=words,
        changes=(words,) * many,
        checks=(words,) * many,
        commits=(FixCommit(sha="4f2c9e1" * 5, subject=words),) * many,
        author="U0BEN",
        approvers=("U0ANA",),
        pull_request="https://forge.example/team/shop/pull/12",
        deployed_at=now,
    )
