"""What a post-mortem may speak of, gathered from everything that is on record, with names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zlib import crc32

from chatops.domain.hotfix.model import (
    Backport,
    BackportState,
    FixCommit,
    Hotfix,
    HotfixFacts,
    StepState,
    Times,
)
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import Entry, EntryKind, current
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.playbook.policy import Playbook, PostMortemQuestion
from chatops.domain.postmortem.model import PostMortem
from chatops.domain.promises.model import Promise, PromiseState
from chatops.domain.tasks import Task

_BACKPORTS = {
    BackportState.OWED: "still owed",
    BackportState.CONFLICT: "stopped at a conflict",
    BackportState.OPENED: "opened as a pull request",
    BackportState.BROUGHT: "brought, not proven yet",
    BackportState.UNSURE: "brought; the code alone does not prove it",
    BackportState.PROVEN: "proven to be there",
    BackportState.WAIVED: "given up",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Somebody's approval; a spoken one names who heard it."""

    who: str
    at: datetime
    sha: str
    roles: tuple[str, ...] = ()
    witness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedStep:
    """A step that was left out, and why."""

    title: str
    reason: str
    leave: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSummary:
    """What production answered while it was watched: at first, at its worst, and last."""

    count: int
    first: str
    last: str
    worst: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackportSummary:
    """The fix on its way into the branch of the next release."""

    target: str
    state: str
    proof: tuple[str, ...] = ()
    pull_request: str = ""
    proven_at: datetime | None = None
    reason: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """Production was brought back to what it was."""

    who: str
    at: datetime
    reason: str
    release: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixStory:
    """One hotfix, told afterwards."""

    number: int
    title: str
    service: str
    author: str
    state: str
    ticket: str
    increment: str
    version: str
    previous: str
    tag: str = ""
    commits: tuple[FixCommit, ...]
    files: int
    added: int
    removed: int
    approvals: tuple[Agreed, ...]
    skipped: tuple[SkippedStep, ...]
    pull_request: str
    deployed_at: datetime | None
    deployed: str
    stayed_at: datetime | None = None
    readings: ReadingSummary | None
    backports: tuple[BackportSummary, ...]
    rollback: RolledBack | None
    end_reason: str

    @property
    def back_at(self) -> datetime | None:
        """When the last target was proven to contain the fix; none while one is left."""
        moments = [each.proven_at for each in self.backports]
        known = [moment for moment in moments if moment is not None]
        return max(known) if known and len(known) == len(moments) else None


def story_of(hotfix: Hotfix, called: Mapping[str, str]) -> HotfixStory:
    """Tell a hotfix; ``called`` are people's names by id."""
    author = hotfix.author or hotfix.started_by
    return HotfixStory(
        number=hotfix.number,
        title=hotfix.title,
        service=hotfix.service,
        author=called.get(author, author),
        state=hotfix.state.value.replace("_", " "),
        ticket=hotfix.ticket,
        increment=hotfix.increment,
        version=hotfix.release,
        previous=hotfix.previous,
        tag=hotfix.tag,
        commits=hotfix.work.commits,
        files=len(hotfix.work.files),
        added=hotfix.work.added,
        removed=hotfix.work.removed,
        approvals=_approvals(hotfix, called),
        skipped=_skipped(hotfix, called),
        pull_request=hotfix.pull_request.url if hotfix.pull_request else "",
        deployed_at=hotfix.deployed_at,
        deployed=hotfix.deployed,
        stayed_at=hotfix.stayed_at,
        readings=_readings(hotfix),
        backports=tuple(_way_back(each, called) for each in hotfix.backports),
        rollback=_rolled_back(hotfix, called),
        end_reason=hotfix.end_reason,
    )


def _approvals(hotfix: Hotfix, called: Mapping[str, str]) -> tuple[Agreed, ...]:
    return tuple(
        Agreed(
            who=called.get(given.by, given.by),
            at=given.at,
            sha=given.sha,
            roles=given.roles,
            witness=called.get(given.witness, given.witness) if given.witness else "",
        )
        for given in hotfix.approvals
    )


def _skipped(hotfix: Hotfix, called: Mapping[str, str]) -> tuple[SkippedStep, ...]:
    return tuple(
        SkippedStep(
            title=step.title,
            reason=step.reason,
            leave=called.get(step.leave, step.leave) if step.leave else "",
        )
        for step in hotfix.steps
        if step.state is StepState.SKIPPED
    )


def _readings(hotfix: Hotfix) -> ReadingSummary | None:
    step = hotfix.step(StepKind.WATCH)
    seen = step.evidence if step is not None else ()
    if step is None or not seen:
        return None
    return ReadingSummary(count=len(seen), first=seen[0], last=seen[-1], worst=step.trouble)


def _way_back(backport: Backport, called: Mapping[str, str]) -> BackportSummary:
    return BackportSummary(
        target=backport.target,
        state=_BACKPORTS[backport.state],
        proof=backport.evidence,
        pull_request=backport.pull_request.url if backport.pull_request else "",
        proven_at=backport.proven_at,
        reason=backport.reason,
        who=called.get(backport.by, backport.by) if backport.by else "",
    )


def _rolled_back(hotfix: Hotfix, called: Mapping[str, str]) -> RolledBack | None:
    back = hotfix.rollback
    if back is None:
        return None
    return RolledBack(
        who=called.get(back.by, back.by),
        at=back.at,
        reason=back.reason,
        release=back.release,
        done_at=back.done_at,
    )


_POINT = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """One turn of the story; ``who`` is a name, or none for the bot."""

    at: datetime
    text: str
    who: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredQuestion:
    """A question of the form, and what was answered."""

    key: str
    ask: str
    prompt: str = ""
    answer: str = ""
    lesson: bool = False

    @property
    def mark(self) -> int:
        """Tells the answer from any other."""
        return crc32(self.answer.strip().encode())

    @property
    def points(self) -> tuple[str, ...]:
        r"""The answer line by line, without the marks of a list.

        >>> AnsweredQuestion(key="well", ask="", answer="- paged in a minute\n\n2. one more").points
        ('paged in a minute', 'one more')
        """
        lines = (_POINT.sub("", line).strip() for line in self.answer.splitlines())
        return tuple(filter(None, lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLine:
    """A task or an action item, with its owner's name."""

    number: int
    text: str
    owner: str | None
    sort: str
    due_at: datetime | None = None
    criterion: str = ""
    priority: str = ""
    done_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How long a turn took."""

    label: str
    took: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LateWord:
    """A promise that was not kept: what, for when, and how much later it came, if it did."""

    what: str
    due_at: datetime
    late_by: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortemFacts:
    """The whole story besides its timeline.

    ``left_out`` counts the lines of the timeline that were left out.
    """

    began_at: datetime | None
    people: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]
    spans: tuple[Span, ...]
    hotfixes: tuple[HotfixStory, ...]
    late: tuple[LateWord, ...]
    left_out: int
    fix: str


#: The key of the question whose answer is the incident's root cause.
ROOT_CAUSE = "root_cause"
#: So many lines of the timeline are told, the main turns first.
MOST_LINES = 60
_FIRST = 10
_MAIN = frozenset(
    {
        EntryKind.DECLARED,
        EntryKind.ACKNOWLEDGED,
        EntryKind.SEVERITY,
        EntryKind.UPDATE,
        EntryKind.DECISION,
        EntryKind.ESCALATED,
        EntryKind.DEPLOYED,
        EntryKind.ROLLED_BACK,
        EntryKind.APPROVED,
        EntryKind.READING,
        EntryKind.RESOLVED,
        EntryKind.REOPENED,
        EntryKind.REASSIGNED,
    }
)
#: What is kept for the record, and tells nothing of how it went.
_NOISE = frozenset({EntryKind.JOINED, EntryKind.POST_MORTEM, EntryKind.REVIEW, EntryKind.RENAMED})
_PERSON = re.compile(r"<@([UW][A-Z0-9]{2,20})(?:\|[^<>]*)?>")
_GROUP = re.compile(r"<!subteam\^[A-Z0-9]+(?:\|@?([^<>]*))?>")

Called = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that is on record about one incident."""

    incident: Incident
    playbook: Playbook
    entries: Sequence[Entry]
    hotfixes: Sequence[Hotfix]
    tasks: Sequence[Task]
    promises: Sequence[Promise]
    post_mortem: PostMortem | None

    @property
    def users(self) -> frozenset[str]:
        """Everybody whose name is needed."""
        written = " ".join(f"{entry.text} {entry.reason}" for entry in self.entries)
        named = {
            *self.incident.people,
            *(entry.actor for entry in self.entries),
            *(task.owner for task in self.tasks),
            *_PERSON.findall(written),
            *(user for hotfix in self.hotfixes for user in _in_hotfix(hotfix)),
        }
        return frozenset(user for user in named if user and not user.startswith("S"))

    @property
    def actors(self) -> tuple[str, ...]:
        """Who did something, or holds a role: those whom a review needs."""
        acting = (each.actor for each in self.entries if each.kind not in _NOISE)
        holders = self.incident.roles.values()
        return tuple(dict.fromkeys(user for user in (*holders, *acting) if user))


def _in_hotfix(hotfix: Hotfix) -> tuple[str | None, ...]:
    return (
        hotfix.author,
        hotfix.started_by,
        *(given.by for given in hotfix.approvals),
        *(given.witness for given in hotfix.approvals),
        *(step.leave for step in hotfix.steps),
        *(backport.by for backport in hotfix.backports),
        *((hotfix.rollback.by,) if hotfix.rollback else ()),
    )


def questions_of(record: Record) -> tuple[AnsweredQuestion, ...]:
    """The form's questions, in its order, with what is known to answer them."""
    answers = record.post_mortem.answers if record.post_mortem else {}
    return tuple(
        _asked(question, answers, record.incident) for question in record.playbook.questions
    )


def _asked(
    question: PostMortemQuestion, answers: Mapping[str, str], incident: Incident
) -> AnsweredQuestion:
    answer = answers.get(question.key, "")
    if question.key == ROOT_CAUSE:
        answer = incident.root_cause or answer
    return AnsweredQuestion(
        key=question.key,
        ask=question.ask,
        prompt=question.prompt,
        answer=answer,
        lesson=question.lesson,
    )


def facts_of(record: Record, called: Called, now: datetime) -> Mapping[str, object]:
    """What the text of the post-mortem may speak of; ``called`` are people's names by id."""
    spoken = current(record.entries)
    chosen = _main_turns(spoken)
    asked = questions_of(record)
    hotfixes = tuple(story_of(hotfix, called) for hotfix in record.hotfixes)
    return {
        "incident": _with_names(record.incident, called),
        "entries": tuple(_line(entry, called) for entry in chosen),
        "decisions": tuple(
            _line(entry, called) for entry in spoken if entry.kind is EntryKind.DECISION
        ),
        "tasks": tuple(_action(task, called) for task in record.tasks),
        "times": _times(record, hotfixes),
        "hotfix": _last(record, hotfixes),
        "asked": {each.key: _with_named(each, called) for each in asked},
        "told": PostMortemFacts(
            began_at=record.incident.began_at,
            people=tuple(called.get(user, user) for user in record.actors),
            roles=_roles(record, called),
            spans=tuple(_spans(record.incident, hotfixes)),
            hotfixes=hotfixes,
            late=_late(record.promises, now),
            left_out=_left_out(spoken, chosen),
            fix=named(record.incident.fix, called),
        ),
    }


def named(text: str, called: Called) -> str:
    """What somebody wrote, with names in the place of Slack's ids.

    >>> named("ask <@U0ANA> of <!subteam^S1|@ops>", {"U0ANA": "Ana"})
    'ask Ana of ops'
    """
    text = _PERSON.sub(lambda found: called.get(found[1], found[1]), text)
    return _GROUP.sub(lambda found: found[1] or "a user group", text)


def _with_named(asked: AnsweredQuestion, called: Called) -> AnsweredQuestion:
    return replace(asked, answer=named(asked.answer, called))


def _with_names(incident: Incident, called: Called) -> Incident:
    """The incident as it reads where Slack's ids mean nothing."""
    return replace(
        incident,
        declared_by=called.get(incident.declared_by, incident.declared_by),
        roles={role: called.get(user, user) for role, user in incident.roles.items()},
        root_cause=named(incident.root_cause, called),
        fix=named(incident.fix, called),
        impact=named(incident.impact, called),
        symptoms=named(incident.symptoms, called),
    )


def _line(entry: Entry, called: Called) -> StoryLine:
    text = named(entry.text, called)
    who = called.get(entry.actor, entry.actor) if entry.actor else ""
    return StoryLine(
        at=entry.at,
        text=text,
        who="" if who in text else who,
        reason=named(entry.reason, called),
    )


def _main_turns(entries: Sequence[Entry]) -> Sequence[Entry]:
    """As much of the story as fits: the main turns, then the rest, in order of happening."""
    told = [entry for entry in entries if entry.kind not in _NOISE]
    if len(told) <= MOST_LINES:
        return told
    main = [entry for entry in told if entry.kind in _MAIN]
    if len(main) > MOST_LINES:
        return [*main[:_FIRST], *main[_FIRST - MOST_LINES :]]
    rest = [entry for entry in told if entry.kind not in _MAIN][: MOST_LINES - len(main)]
    return sorted((*main, *rest), key=lambda entry: (entry.at, entry.id))


def _left_out(entries: Sequence[Entry], chosen: Sequence[Entry]) -> int:
    return sum(entry.kind not in _NOISE for entry in entries) - len(chosen)


def _action(task: Task, called: Called) -> ActionLine:
    return ActionLine(
        number=task.number,
        text=named(task.text, called),
        owner=called.get(task.owner, task.owner) if task.owner else None,
        sort=task.type.label,
        due_at=task.due_at,
        criterion=named(task.criterion, called),
        priority=task.priority.value.upper() if task.priority else "",
        done_at=task.done_at,
        url=task.url,
    )


def _roles(record: Record, called: Called) -> tuple[tuple[str, str], ...]:
    roles = record.incident.roles
    known = {role.key: role.name for role in record.playbook.roles}
    return tuple(
        (known.get(key, key.replace("_", " ")), called.get(user, user))
        for key, user in roles.items()
    )


def _fixed_at(hotfixes: Sequence[HotfixStory]) -> datetime | None:
    """When the first fix reached production to stay."""
    return min((each.stayed_at for each in hotfixes if each.stayed_at), default=None)


def _times(record: Record, hotfixes: Sequence[HotfixStory]) -> Times:
    incident, deployed = record.incident, _fixed_at(hotfixes)
    start = incident.detected_at
    return Times(
        to_acknowledge=incident.acknowledged_at - start if incident.acknowledged_at else None,
        to_deploy=deployed - start if deployed else None,
        to_resolve=incident.resolved_at - start if incident.resolved_at else None,
    )


def _spans(incident: Incident, hotfixes: Sequence[HotfixStory]) -> list[Span]:
    """How long each turn took, from the moment at which it was noticed."""
    start, deployed = incident.detected_at, _fixed_at(hotfixes)
    proven = max((each.back_at for each in hotfixes if each.back_at), default=None)
    pairs = (
        ("To notice it", incident.began_at, start),
        ("To take it up", start, incident.acknowledged_at),
        ("To stop the harm", start, incident.mitigated_at),
        ("To the fix in production", start, deployed),
        ("To resolve it", start, incident.resolved_at),
        ("From production back to the next release", deployed, proven),
    )
    return [
        Span(label=label, took=end - begin)
        for label, begin, end in pairs
        if begin is not None and end is not None and end > begin
    ]


def _late(promises: Sequence[Promise], now: datetime) -> tuple[LateWord, ...]:
    return tuple(
        LateWord(
            what=promise.title,
            due_at=promise.due_at,
            late_by=promise.settled_at - promise.due_at if promise.settled_at else None,
        )
        for promise in promises
        if promise.state is PromiseState.MISSED or promise.overdue(now)
    )


def _last(record: Record, stories: Sequence[HotfixStory]) -> HotfixFacts | None:
    """The newest hotfix, as older wordings of the text speak of it."""
    if not stories:
        return None
    hotfix, story = record.hotfixes[-1], stories[-1]
    return HotfixFacts(
        title=hotfix.title,
        base=hotfix.production,
        branch=hotfix.branch,
        ticket=hotfix.ticket,
        increment=hotfix.increment,
        version=hotfix.release,
        previous=hotfix.previous,
        root_cause=hotfix.root_cause,
        changes=hotfix.changes,
        commits=hotfix.work.commits,
        author=story.author,
        approvers=tuple(given.who for given in story.approvals),
        pull_request=story.pull_request,
        deployed_at=hotfix.deployed_at,
    )
