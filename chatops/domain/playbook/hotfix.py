"""What a playbook decides about a hotfix: approvals, tests, checklists, rollback, follow-ups."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from chatops.domain.playbook.pipeline import Pipeline, Span, StepKind
from chatops.domain.strict import STRICT
from chatops.domain.tasks import Priority, TaskType
from chatops.domain.time.durations import Deadline

_WORD = re.compile(r"[^\W_]+")


class Path(StrEnum):
    """How a fix may travel to production."""

    HOTFIX = "hotfix"
    EXPEDITED = "expedited"
    NORMAL = "normal"


class Needs(StrEnum):
    """How many of a gate's criteria must hold."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateQuestion:
    """A question of the gate; ``yes`` and ``no`` name the next question, or a path."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    key: str
    ask: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What must be so before a hotfix may start, and the way that is open if it is not."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    #: The whole of it in one sentence.
    rule: str = ""
    needs: Needs = Needs.ALL
    criteria: tuple[str, ...] = ()
    questions: tuple[GateQuestion, ...] = ()
    #: Phrases in a reason that speak against a hotfix.
    red_flags: tuple[str, ...] = ()
    qualifies: tuple[str, ...] = ()
    not_a_hotfix: tuple[str, ...] = ()
    #: What must be ready before the first step.
    prerequisites: tuple[str, ...] = ()
    when_unsure: Path = Path.NORMAL
    #: What to do instead, for each path that is no hotfix.
    instead: Mapping[Path, str] = field(default_factory=dict)

    def warns(self, reason: str) -> tuple[str, ...]:
        """The red-flag phrases in a reason, also with a few words in between.

        >>> gate = Gate(red_flags=("Important meeting tomorrow", "Customer is asking about…"))
        >>> gate.warns("IMPORTANT for the board meeting, tomorrow!")
        ('Important meeting tomorrow',)
        """
        said = _words(reason)
        return tuple(flag for flag in self.red_flags if _flag(flag).search(said))

    def holds(self, ticked: frozenset[int]) -> bool:
        """Whether enough of the criteria hold, given the indexes of those that do."""
        if not self.criteria:
            return True
        met = [index in ticked for index in range(len(self.criteria))]
        return all(met) if self.needs is Needs.ALL else any(met)

    def path(self, answers: Mapping[str, bool]) -> Path | None:
        """Where the answers lead; none while an answer is missing."""
        if not self.questions:
            return Path.HOTFIX
        asked = {question.key: question for question in self.questions}
        here = self.questions[0].key
        for _ in self.questions:
            if here not in answers:
                return None
            here = asked[here].yes if answers[here] else asked[here].no
            if here not in asked:
                return Path(here)
        return None


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _flag(phrase: str) -> re.Pattern[str]:
    between = r" (?:\w+ ){0,3}?"
    return re.compile(rf"\b{between.join(_words(phrase).split())}\b")


class Staging(StrEnum):
    """Whether the fix must be seen somewhere before production."""

    REQUIRED = "required"
    PREVIEW = "preview"
    WITH_LEAVE = "with_leave"
    OPTIONAL = "optional"


class TestExtent(StrEnum):
    """How much is tested before production."""

    __test__ = False

    EXISTING = "existing"
    MINIMAL = "minimal"
    PREVIEW_AND_SMOKE = "preview_and_smoke"
    PREVIEW_AND_AFFECTED = "preview_and_affected"
    CRITICAL_PATHS = "critical_paths"
    FULL_SUITE = "full_suite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who must agree before production: one of each role, and so many others besides.

    The author never counts. ``verbal`` lets an approval be spoken before a witness.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    roles: tuple[str, ...] = ()
    others: int = 0
    verbal: bool = False
    #: False where a team asks for approval only when somebody wants it.
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityRules:
    """What holds for a hotfix at one severity."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    approval: Approval
    staging: Staging
    tests: TestExtent
    #: How it differs from the ordinary way, in the document's own words.
    process: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRule:
    """What to test, what to leave out, and what to add."""

    __test__: ClassVar[bool] = False
    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    run: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    #: The test that the bug itself deserves.
    add: str = ""
    #: Add it only if that takes no longer.
    add_within: timedelta | None = None
    #: What to do when there is no time for it.
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRule:
    """What makes a fix minimal; a larger change gets a warning."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    principles: tuple[str, ...] = ()
    warn_above_files: int = 10
    warn_above_lines: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a checklist."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    title: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """Things to tick off at a step; a required one holds the step until all are ticked."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    key: str
    title: str
    at: StepKind
    sections: tuple[Section, ...]
    required: bool = True

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(item for section in self.sections for item in section.items)


class RollbackWay(StrEnum):
    """How production gets back to what it was."""

    REDEPLOY = "redeploy"
    REVERT = "revert"
    UNDO_DEPLOYMENT = "undo_deployment"
    SWITCH_TRAFFIC = "switch_traffic"
    FLAG_OFF = "flag_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of work with the time it takes and what is done in it."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    title: str
    takes: Span | None = None
    doing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRule:
    """When to go back rather than forward, how, and how fast."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    #: Any of these is reason enough.
    triggers: tuple[str, ...] = ()
    #: Weighed against each other before a fix is written.
    back_when: tuple[str, ...] = ()
    forward_when: tuple[str, ...] = ()
    #: The first is the default.
    ways: tuple[RollbackWay, ...] = ()
    #: A revert ships as the next patch version rather than under the old one.
    revert_ships_next_patch: bool = False
    #: Trouble after a deploy is to be seen within this time.
    notice_within: timedelta | None = None
    phases: tuple[Phase, ...] = ()
    plan: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchWindow:
    """How long production is watched after a deploy, and what for."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    title: str
    lasts: Span
    look_at: tuple[str, ...] = ()


class SettledBy(StrEnum):
    """What becomes of a line of the follow-up list: a task, or something that is owed anyway."""

    TASK = "task"
    REPORTER = "reporter"
    ROOT_CAUSE = "root_cause"
    POST_MORTEM = "post_mortem"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Something owed after the fight, counted from the resolution.

    ``type`` and ``priority`` are those of the action item that it becomes.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    key: str
    title: str
    due: Deadline | None = None
    what: tuple[str, ...] = ()
    settled_by: SettledBy = SettledBy.TASK
    type: TaskType = TaskType.ACTION
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A mistake that others made, told at the step where it happens."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    at: StepKind
    wrong: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialCase:
    """A special case and what to mind in it."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    key: str
    title: str
    mind: tuple[str, ...]
    #: The incident is to be private, its public text neutral.
    private: bool = False
    #: Going back may not be possible.
    no_way_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The key of the tracker that names carry, and what it looks like."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    name: str
    pattern: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncrementRule:
    """A numbered work item for each hotfix, with the tasks it starts with."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    pattern: str
    tasks: tuple[str, ...]
    close: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One way in which a hotfix differs from the ordinary flow."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    aspect: str
    normal: str
    hotfix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsefulLink:
    """A page to have at hand at a step; without ``url`` it is a slot for the team's own."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    title: str
    at: StepKind
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixPolicy:
    """Everything a playbook says about bringing a fix to production and back to develop."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    gate: Gate = field(default_factory=Gate)
    #: What is put down before any code is written.
    assessment: tuple[str, ...] = ()
    #: By severity; a severity without a hotfix has no row.
    severities: Mapping[str, SeverityRules] = field(default_factory=dict)
    #: The first is the default; a service may name another.
    pipelines: tuple[Pipeline, ...] = ()
    ticket: Ticket | None = None
    increment: IncrementRule | None = None
    scope: ScopeRule = field(default_factory=ScopeRule)
    tests: TestRule = field(default_factory=TestRule)
    #: What an approver answers.
    review_questions: tuple[str, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    rollback: RollbackRule = field(default_factory=RollbackRule)
    watch: tuple[WatchWindow, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    phases: tuple[Phase, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    scenarios: tuple[SpecialCase, ...] = ()
    compared: tuple[Comparison, ...] = ()
    always: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    links: tuple[UsefulLink, ...] = ()
    #: How many recent commits are shown, of the production branch and of one file.
    show_commits: int = 10
    show_commits_per_file: int = 5

    def pipeline(self, key: str | None = None) -> Pipeline | None:
        """The pipeline of that key, or the default one."""
        if key is None:
            return next(iter(self.pipelines), None)
        return next((each for each in self.pipelines if each.key == key), None)

    def checklist(self, key: str) -> Checklist | None:
        return next((each for each in self.checklists if each.key == key), None)
