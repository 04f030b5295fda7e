"""What is known of a hotfix when its pull request, its tag or its post-mortem is written."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FixCommit:
    """A commit that belongs to the fix."""

    sha: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixFacts:
    """A hotfix as its texts see it; what is not known yet is empty.

    ``title`` says in a few words what the fix does. ``base`` is the branch that the pull request
    at hand goes to. ``version`` and ``previous`` stand without the ``v``.
    """

    title: str
    base: str
    branch: str = ""
    #: The tracker's key, such as ``ET-1234``.
    ticket: str = ""
    #: The part of the code, for a commit message such as ``fix(payment): …``.
    scope: str = ""
    #: The numbered work item, such as ``0015-hotfix-auth-token``.
    increment: str = ""
    version: str = ""
    previous: str = ""
    #: In one sentence, what is broken.
    issue: str = ""
    #: Who is affected, and what it costs in revenue, security or data.
    impact: str = ""
    root_cause: str = ""
    #: What changed, in two or three points.
    changes: tuple[str, ...] = ()
    #: How the fix was, or is to be, verified.
    checks: tuple[str, ...] = ()
    commits: tuple[FixCommit, ...] = ()
    author: str | None = None
    approvers: tuple[str, ...] = ()
    #: Address of the pull request to production.
    pull_request: str = ""
    deployed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long an incident's turns took; none for a turn that did not happen."""

    to_acknowledge: timedelta | None = None
    to_deploy: timedelta | None = None
    to_resolve: timedelta | None = None
