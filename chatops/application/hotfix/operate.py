"""Carries a planned operation out through the ports, and says what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from chatops.application.hotfix import plan
from chatops.application.ports import git
from chatops.application.ports.external import (
    ExternalRefused,
    ExternalSystems,
    Forge,
    Pull,
    PullRequestDraft,
    PullState,
    Ran,
    Reading,
    RunState,
)
from chatops.application.ports.git import BranchState
from chatops.domain.git.alignment import ProofResult
from chatops.domain.messages.effects import DoStep
from chatops.domain.services import Service, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """The work is done; with ``confirm`` the step ends only when nobody has to look first.

    ``pushed`` is the branch with commits that others brought meanwhile: they are told of then.
    """

    evidence: tuple[str, ...] = ()
    confirm: bool = False
    pushed: BranchState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailed:
    """It did not work; a person decides how it goes on."""

    why: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContinues:
    """There is more to do: the next piece of work, or another look at the same."""

    work: str
    target: str = ""
    look: int = 0
    after: timedelta = timedelta()


#: None: the step goes on, until the facts say that it is done.
StepOutcome = StepDone | StepFailed | StepContinues | None


_WAY_WORDS = {"merge": "merge commit", "no_ff": "merge commit", "squash": "squash"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Branched:
    """The branch of the fix, what it started from, and the version that it will ship."""

    production: str
    branch: str
    base: str
    release: str
    previous: str
    result: git.Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What a job came to, and the pull request that followed it."""

    result: git.Result
    pull: Pull | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReadings:
    """What the checks saw, in their operation."""

    readings: tuple[Reading, ...]

    @property
    def good(self) -> bool:
        return all(reading.good for reading in self.readings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whether a branch contains the fix, at which tip."""

    target: str
    tip: str
    verdict: ProofResult


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRefused:
    """The outside said no; ``words`` are its own."""

    why: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted(OperationRefused):
    """It was begun, and nobody knows how it ended; it is not begun again by itself."""

    why: str = "it was interrupted while it ran, and whether it went through is not known"


Done = (
    Branched
    | Worked
    | Pull
    | Ran
    | RunState
    | CheckReadings
    | Proof
    | plan.NoOperation
    | OperationRefused
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkResult:
    """What a piece of work came to; ``branch`` is the fix's, where it was worked on."""

    act: DoStep
    done: Done
    branch: BranchState | None = None


Tell = Callable[[str], None]


class OperationRunner:
    """Carries operations out."""

    def __init__(self, outside: ExternalSystems) -> None:
        self._outside = outside

    def carry_out(  # noqa: C901, PLR0911 - one line for each kind of operation
        self, service: Service, operation: plan.Operation, *, tell: Tell, doubtful: bool
    ) -> Done:
        """Do it; whatever is found done already is not done again.

        Raises:
            ExternalBusy, ExternalIndeterminate, ExternalRefused, RefusedName
        """
        match operation:
            case plan.OpenBranch():
                return self._branch(service, operation, self._outside.repositories.perform)
            case plan.GitOperation():
                return self._work(service, operation)
            case plan.OpenPull():
                return self._open(service, operation)
            case plan.MergePull():
                return self._merge(service, operation)
            case plan.RunOperation():
                return self._launch(service, operation, tell, doubtful=doubtful)
            case plan.CheckOperation():
                return self.look(service, operation)
            case plan.Prove():
                return self._prove(service, operation)
            case plan.NoOperation():
                return operation
            case _ as never:
                assert_never(never)

    def preview(  # noqa: C901, PLR0911 - one line for each kind of operation
        self, service: Service, operation: plan.Operation
    ) -> git.Result:
        """What carrying it out would come to: the very commands, and what to know beforehand.

        Raises:
            ExternalBusy, ExternalRefused, RefusedName
        """
        match operation:
            case plan.OpenBranch():
                return self._branch(service, operation, self._outside.repositories.prepare).result
            case plan.GitOperation():
                result = self._outside.repositories.prepare(service, operation.job)
                return _with_pull(result, operation.draft)
            case plan.OpenPull():
                return git.Result(plan=(_pull_words(operation.draft),))
            case plan.MergePull():
                return self._preview_merge(service, operation)
            case plan.RunOperation():
                return git.Result(plan=self._preview_launch(operation))
            case plan.CheckOperation():
                return git.Result(plan=tuple(f"GET {check.url}" for check in operation.checks))
            case plan.Prove():
                return git.Result(
                    plan=(f"chatops git aligned . {operation.fix[-1]} {operation.target}",)
                )
            case plan.NoOperation():
                return git.Result(plan=(), notes=(operation.why,))
            case _ as never:
                assert_never(never)

    def _branch(
        self,
        service: Service,
        operation: plan.OpenBranch,
        do: Callable[[Service, git.Job], git.Result],
    ) -> Branched:
        repositories = self._outside.repositories
        production = repositories.production(service, operation.candidates)
        log = repositories.log(
            service, production, limit=1, rule=operation.rule, tag_pattern=operation.tag_pattern
        )
        version = log.following if operation.rule is not None or operation.tag_pattern else ""
        branch = operation.name(version)
        result = do(service, git.StartBranch(branch=branch, production=production))
        return Branched(
            production=production,
            branch=result.name,
            base=log.tip,
            release=version,
            previous=log.version,
            result=result,
        )

    def _work(self, service: Service, operation: plan.GitOperation) -> Worked:
        result = self._outside.repositories.perform(service, operation.job)
        if operation.draft is None or not result.made:
            return Worked(result=result)
        draft = replace(operation.draft, unfinished=bool(result.conflicts))
        return Worked(result=result, pull=self._forge(service).open(service, draft))

    def _open(self, service: Service, operation: plan.OpenPull) -> Pull:
        return self._forge(service).open(service, operation.draft)

    def _merge(self, service: Service, operation: plan.MergePull) -> Pull:
        return self._forge(service).merge(
            service,
            operation.number,
            way=operation.way,
            sha=operation.sha,
            message=operation.message,
        )

    def _preview_merge(self, service: Service, operation: plan.MergePull) -> git.Result:
        pull = self._forge(service).read(service, operation.number)
        words = f"Merge #{operation.number} at {operation.sha[:10]} ({_WAY_WORDS[operation.way]})"
        return git.Result(plan=(words,), notes=hindrances(pull))

    def _launch(
        self, service: Service, operation: plan.RunOperation, tell: Tell, *, doubtful: bool
    ) -> Ran | RunState | OperationRefused:
        if isinstance(operation.what, Workflow):
            return self._follow(service, operation, operation.what)
        if doubtful:
            return Interrupted()
        return self._outside.operations.run(operation.what, operation.values, tell=tell)

    def _follow(
        self, service: Service, operation: plan.RunOperation, workflow: Workflow
    ) -> RunState:
        """Start the workflow if nobody did, and see how far it has come."""
        forge = self._forge(service)
        seen = forge.run(service, workflow, since=operation.since)
        if not seen.url:
            forge.dispatch(service, workflow, operation.values, mark=operation.mark)
        return seen

    def _preview_launch(self, operation: plan.RunOperation) -> tuple[str, ...]:
        if isinstance(operation.what, Workflow):
            inputs = ", ".join(f"{name}={text}" for name, text in operation.what.inputs.items())
            return (
                f"Start the workflow {operation.what.workflow} on {operation.what.ref} ({inputs})",
            )
        return (self._outside.operations.show(operation.what, operation.values),)

    def look(self, service: Service, operation: plan.CheckOperation) -> CheckReadings:
        """Ask running services once."""
        look = self._outside.operations.look
        return CheckReadings(
            readings=tuple(
                look(service, check, operation.values, first=first)
                for check, first in zip(operation.checks, operation.firsts, strict=True)
            )
        )

    def _prove(self, service: Service, operation: plan.Prove) -> Proof:
        tip, verdict = self._outside.repositories.prove(
            service, base=operation.base, fix=operation.fix, target=operation.target
        )
        return Proof(target=operation.target, tip=tip, verdict=verdict)

    def _forge(self, service: Service) -> Forge:
        forge = self._outside.forges.of(service)
        if forge is None:
            why = f"{service.name} is on a plain git server, which has no pull requests"
            raise ExternalRefused(why)
        return forge


def hindrances(pull: Pull) -> tuple[str, ...]:
    """What stands in the way of merging a pull request, in words."""
    found = []
    if pull.state is PullState.CLOSED:
        found.append("The pull request is closed.")
    if pull.mergeable is False:
        found.append(f"It conflicts with {pull.base}.")
    if pull.wants_changes:
        found.append(f"Changes were asked for by {', '.join(pull.wants_changes)}.")
    if pull.failing:
        found.append(f"What does not pass: {', '.join(pull.failing)}.")
    if pull.pending:
        found.append(f"These checks still run: {', '.join(pull.pending)}.")
    return tuple(found)


def _with_pull(result: git.Result, draft: PullRequestDraft | None) -> git.Result:
    if draft is None or result.conflicts or result.already:
        return result
    words = (*result.plan, _pull_words(draft))
    return replace(result, plan=words)


def _pull_words(draft: PullRequestDraft) -> str:
    return f"Open a pull request from {draft.head} into {draft.base}: “{draft.title}”"
