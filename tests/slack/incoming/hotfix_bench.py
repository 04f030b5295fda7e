"""A desk for hotfixes that notes what it is asked, so that a test sees what Slack's side makes of
what people type, press and fill in."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from chatops.application.hotfix.advance import StepPlan
from chatops.application.hotfix.session import NextRequest
from chatops.application.hotfix.use_cases import HotfixUseCases
from chatops.application.use_cases import UseCases
from chatops.domain.hotfix.model import StepRun
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.pipeline import StepKind

ANSWER = "Taken down"


@dataclass(kw_only=True)
class Clerk:
    """Takes every request down and answers it, or refuses as a test says."""

    asked: list[tuple[str, Any]] = field(default_factory=list)
    refuses: dict[str, Exception] = field(default_factory=dict)
    plan: StepPlan = field(
        default_factory=lambda: StepPlan(
            step=StepRun(kind=StepKind.MERGE, title="Merge"),
            title="Merge into main",
            lines=("git merge --no-ff 9b1d7aa",),
            confirm="Merge it",
        )
    )
    before_planning: Callable[[], object] = lambda: None

    def staff(self, use_cases: UseCases) -> UseCases:
        """Stand behind the desk's part for hotfixes; what is known is still looked up."""
        return replace(
            use_cases,
            hotfix=HotfixUseCases(
                known=use_cases.hotfix.known,
                status=self._take("status"),
                log=self._take("log"),
                knock=use_cases.hotfix.knock,
                start=self._take("start"),
                plan=self._plan,
                next=self._take("next"),
                fix=self._take("fix"),
                approve=self._take("approve"),
                skip=self._take("skip"),
                tick=self._take("tick"),
                rollback=self._take("rollback"),
                rolled_back=self._take("rolled_back"),
                backport=self._take("backport"),
                align=self._take("align"),
                aligned=self._take("aligned"),
                waive=self._take("waive"),
                flag=self._take("flag"),
                abort=self._take("abort"),
            ),
        )

    @property
    def last(self) -> tuple[str, Any]:
        """What was asked last: which use case, and how."""
        return self.asked[-1]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.asked]

    def _take(self, name: str) -> Callable[[Any], Post]:
        def taken(request: Any) -> Post:
            self.asked.append((name, request))
            if name in self.refuses:
                raise self.refuses[name]
            return Post(headline=ANSWER, text=f"{ANSWER}: {name}")

        return taken

    def _plan(self, request: NextRequest) -> StepPlan:
        self.asked.append(("plan", request))
        self.before_planning()
        if "plan" in self.refuses:
            raise self.refuses["plan"]
        return self.plan
