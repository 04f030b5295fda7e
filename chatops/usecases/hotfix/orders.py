"""Orders: what a step asks of repositories, forges and servers.

The plan that a person is shown and the work that is done come from one and the same order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chatops.domain.git.names import BranchName
from chatops.domain.playbook.pipeline import MergeWay, VersionRule
from chatops.domain.services import Check, Runnable
from chatops.usecases.hotfix import jobs
from chatops.usecases.hotfix.ports import Draft

#: How soon a workflow is looked at again.
WORKFLOW_LOOK = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBranch:
    """Make the branch of the fix; its name may hold the version, which must be found first."""

    candidates: tuple[str, ...]
    #: The pattern of the name, with everything filled in but the version.
    pattern: str
    rule: VersionRule | None
    tag_pattern: str | None

    def name(self, version: str) -> str:
        """The branch's name. Raises RefusedName."""
        return str(BranchName(self.pattern.replace("{version}", version)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """A job on the repository, and the draft of the pull request that follows it, if one does."""

    job: jobs.Job
    draft: Draft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPull:
    """Open the pull request to production."""

    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePull:
    """Merge a pull request at exactly this commit."""

    number: int
    way: MergeWay
    sha: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """Run a command of the team's, or a workflow of the forge. ``mark`` names this very run."""

    what: Runnable
    values: Mapping[str, str]
    since: datetime
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Ask running services; ``firsts`` are the numbers of the first readings."""

    checks: tuple[Check, ...]
    values: Mapping[str, str]
    firsts: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prove:
    """Prove from the code that a branch contains the fix."""

    base: str
    fix: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """There is nothing for the bot to do; ``why`` says why not."""

    why: str


Order = OpenBranch | Git | OpenPull | MergePull | Launch | Look | Prove | Nothing
