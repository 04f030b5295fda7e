"""Made-up hotfixes at each chapter of their story, tame and hostile."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from chatops.domain.hotfix.model import (
    ApprovalGiven,
    Backport,
    BackportState,
    Commits,
    FixCommit,
    Hotfix,
    HotfixState,
    PullRequestLink,
    Rollback,
    StepRun,
    StepState,
)
from chatops.domain.playbook.hotfix import Approval, RollbackWay, SpecialCase
from chatops.domain.playbook.pipeline import FixWay, Pipeline, RollbackStep, Step, StepKind
from chatops.domain.playbook.policy import Playbook, Severity

BASE, HEAD = "4f2c9e1" * 6, "9b1d7aa" * 6
PULL = PullRequestLink(number=12, url="https://forge.example/team/shop/pull/12")
#: For a playbook that says nothing of hotfixes.
SIMPLEST = Pipeline(
    key="simplest", title="Just fix it", steps=(Step(kind=StepKind.FIX, title="Fix it"),)
)
_MINUTE = timedelta(minutes=1)
#: Our own limits for titles, names and branches.
_LONGEST_TITLE, _LONGEST_NAME, _LONGEST_BRANCH = 100, 80, 200


class Chapter(StrEnum):
    """Where in its story a hotfix stands."""

    BEGUN = "begun"
    PUSHED = "pushed"
    AGREED = "agreed"
    STOPPED = "stopped"
    IN_CONFLICT = "in conflict"
    WATCHED = "watched"
    THROUGH = "through"
    GIVEN_UP = "given up"
    GOING_BACK = "going back"
    TAKEN_BACK = "taken back"


#: The step that each chapter has come to; of a pipeline without it, the last one.
_AT = {
    Chapter.BEGUN: StepKind.BRANCH,
    Chapter.PUSHED: StepKind.APPROVE,
    Chapter.AGREED: StepKind.MERGE,
    Chapter.STOPPED: StepKind.DEPLOY,
    Chapter.IN_CONFLICT: StepKind.BACKPORT,
    Chapter.WATCHED: StepKind.WATCH,
    Chapter.GIVEN_UP: StepKind.FIX,
    Chapter.GOING_BACK: StepKind.VERIFY,
    Chapter.TAKEN_BACK: StepKind.VERIFY,
}
_SHIPPED = frozenset(
    {
        Chapter.IN_CONFLICT,
        Chapter.WATCHED,
        Chapter.THROUGH,
        Chapter.GOING_BACK,
        Chapter.TAKEN_BACK,
    }
)
_ENDS = {
    Chapter.THROUGH: HotfixState.DONE,
    Chapter.GIVEN_UP: HotfixState.ABORTED,
    Chapter.TAKEN_BACK: HotfixState.ROLLED_BACK,
}
_BACKPORTS = {
    Chapter.AGREED: BackportState.BROUGHT,
    Chapter.STOPPED: BackportState.UNSURE,
    Chapter.IN_CONFLICT: BackportState.CONFLICT,
    Chapter.THROUGH: BackportState.PROVEN,
    Chapter.GOING_BACK: BackportState.OPENED,
    Chapter.TAKEN_BACK: BackportState.WAIVED,
}


@dataclass(frozen=True)
class SampleHotfix:
    """A hotfix at one chapter; people wrote ``words``, and of everything there are ``many``."""

    playbook: Playbook
    severity: Severity
    pipeline: Pipeline
    chapter: Chapter
    words: str
    many: int
    now: datetime

    @cached_property
    def fix(self) -> Hotfix:
        """The hotfix as it stands."""
        bare = Hotfix(
            id=1,
            incident=1,
            number=1,
            service=self.name,
            pipeline=self.pipeline.key,
            title=self.words[:_LONGEST_TITLE],
            started_by="U0BEN",
            started_at=self.now - self.elapsed,
            steps=self._steps(),
            backports=self.backports,
        )
        if self.chapter is Chapter.BEGUN:
            return bare
        coded = self._coded(bare)
        shipped = self._shipped(coded) if self.chapter in _SHIPPED else coded
        end = _ENDS.get(self.chapter)
        if end is None:
            return shipped
        reason = "" if end is HotfixState.DONE else self.words
        return replace(shipped, state=end, ended_at=self.now, ended_by="U0ANA", end_reason=reason)

    def _coded(self, fix: Hotfix) -> Hotfix:
        """With a branch, commits, and who agreed to them."""
        versioned = bool(self.pipeline.tag or self.pipeline.version)
        by_flag = self.pipeline.branch is None and self.many > 1
        return replace(
            fix,
            ticket="ET-1234",
            increment="0015-hotfix-null-amount" if self.playbook.hotfix.increment else "",
            scenario=self.scenario.key if self.scenario else "",
            author="U0BEN",
            way=FixWay.FLAG if by_flag else FixWay.PUSH,
            source=self.words if by_flag else "",
            production="main",
            branch=self.branch if self.pipeline.branch else "",
            base=BASE,
            head=HEAD,
            release="1.2.4" if versioned else "",
            previous="1.2.3" if versioned else "",
            pull_request=PULL if self.pipeline.pull_request else None,
            work=Commits(
                commits=(FixCommit(sha=HEAD, subject=self.words),) * max(1, self.many),
                files=(self.words,) * max(1, self.many),
                added=6,
                removed=1,
            ),
            approvals=self._approvals(),
        )

    def _shipped(self, fix: Hotfix) -> Hotfix:
        """In production, perhaps on its way out of it again."""
        back = self.chapter in {Chapter.GOING_BACK, Chapter.TAKEN_BACK}
        return replace(
            fix,
            merged=HEAD,
            deployed=HEAD,
            deployed_at=self.now - 4 * _MINUTE,
            rollback=self.rollback if back else None,
        )

    @property
    def name(self) -> str:
        """The longest name that something configured may have."""
        return self.words[:_LONGEST_NAME]

    @property
    def elapsed(self) -> timedelta:
        return 42 * _MINUTE

    @property
    def branch(self) -> str:
        return f"hotfix/{self.words}"[:_LONGEST_BRANCH].replace(" ", "-")

    @property
    def scenario(self) -> SpecialCase | None:
        return next(iter(self.playbook.hotfix.scenarios), None) if self.many else None

    def _steps(self) -> tuple[StepRun, ...]:
        kinds = [step.kind for step in self.pipeline.steps]
        goal = _AT.get(self.chapter)
        last = len(kinds) - (self.chapter is not Chapter.THROUGH)
        at = kinds.index(goal) if goal in kinds else last
        return tuple(self._step(index, at) for index in range(len(kinds)))

    def _step(self, index: int, at: int) -> StepRun:
        policy = self.pipeline.steps[index]
        since = self.now - (at - index + 1) * 3 * _MINUTE
        run = StepRun(kind=policy.kind, title=policy.title)
        begun = replace(run, since=since, started_at=since, by="U0BEN")
        if index > at and self.chapter is not Chapter.WATCHED:
            return run
        if index < at and policy.kind is StepKind.STAGE:
            return replace(
                begun,
                state=StepState.SKIPPED,
                ended_at=since,
                reason=self.words,
                leave="U0ANA" if self.many else None,
            )
        if index != at:
            evidence = (self.words, "Approved by <@U0ANA>")[: self.many]
            return begun.done(*evidence, now=since + 2 * _MINUTE)
        return self._present(begun)

    def _present(self, step: StepRun) -> StepRun:
        if self.chapter in {Chapter.STOPPED, Chapter.IN_CONFLICT}:
            return step.failed(self.words, *(self.words,) * min(self.many, 9), now=self.now)
        if self.chapter is Chapter.WATCHED:
            trouble = self.words if self.many > 1 else ""
            return replace(step.begun(by=None, now=self.now), trouble=trouble)
        if self.chapter is Chapter.GOING_BACK:
            return step.begun(by=None, now=self.now)
        return step.waiting("" if self.chapter is Chapter.PUSHED else self.words, now=self.now)

    @property
    def approval(self) -> Approval:
        rules = self.playbook.hotfix.severities.get(self.severity.key)
        return rules.approval if rules is not None else Approval(others=1)

    def _approvals(self) -> tuple[ApprovalGiven, ...]:
        wanted = (*self.approval.roles, *("" for _ in range(self.approval.others)))
        agreed = wanted[1:] if self.chapter is Chapter.PUSHED else wanted
        return tuple(self.given(index, role) for index, role in enumerate(agreed))

    def given(self, index: int, role: str) -> ApprovalGiven:
        """An approval; all but the first were spoken."""
        return ApprovalGiven(
            by=f"U0LEAD{index}",
            sha=HEAD,
            at=self.now,
            roles=(role,) if role else (),
            witness="U0CAT" if index else None,
        )

    @property
    def backports(self) -> tuple[Backport, ...]:
        rule = self.pipeline.backport
        targets = rule.targets if rule is not None else ()
        more = (self.words[:_LONGEST_BRANCH],) * (self.many // 100)
        return tuple(self._backport(target) for target in (*targets, *more))

    @property
    def backport(self) -> Backport:
        return (self._backport("develop"), *self.backports)[-1]

    def _backport(self, target: str) -> Backport:
        state = _BACKPORTS.get(self.chapter, BackportState.OWED)
        return Backport(
            target=target,
            state=state,
            pull_request=PULL if self.many else None,
            sha=HEAD if self.many else None,
            tip=BASE if self.many else None,
            owner="U0BEN" if self.many else None,
            paths=(self.words,) * max(1, self.many),
            commands=self._commands() if self.many else (),
            evidence=(self.words, "<@U0ANA> looked")[: self.many],
            proven_at=self.now if state is BackportState.PROVEN else None,
            by="U0ANA" if state.settled else None,
            reason=self.words if state.settled else "",
        )

    def _commands(self) -> tuple[str, ...]:
        return (
            "git fetch origin",
            f"git switch --detach {BASE}",
            f"git cherry-pick -x {HEAD}",
            "git status  # settle the files, then `git add` them",
            "git cherry-pick --continue",
            f"git push origin HEAD:refs/heads/{self.branch}",
        )

    def _rollback_steps(self) -> tuple[StepRun, ...]:
        state = StepState.FAILED if self.many > 1 else StepState.RUNNING
        trouble = self.words if state is StepState.FAILED else ""
        kind = RollbackStep.DEPLOY
        return (StepRun(kind=kind, title=kind.spec.label, state=state, trouble=trouble),)

    @property
    def rollback(self) -> Rollback:
        ways = self.playbook.hotfix.rollback.ways or (RollbackWay.REDEPLOY,)
        return Rollback(
            way=ways[self.many % len(ways)],
            reason=self.words,
            by="U0BEN",
            at=self.now - _MINUTE,
            steps=self._rollback_steps(),
            sha=BASE,
            release="1.2.3" if self.many else "",
            done_at=self.now if self.chapter is Chapter.TAKEN_BACK else None,
        )
