"""What the texts about post-mortems may speak of, made up, tame and hostile."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chatops.domain.hotfix.model import FixCommit, HotfixFacts, Times
from chatops.domain.incident.model import Incident
from chatops.domain.messages.templates import POST_MORTEM_TEXTS
from chatops.domain.playbook.policy import Playbook
from chatops.domain.postmortem.facts import (
    MOST_LINES,
    ActionLine,
    Agreed,
    AnsweredQuestion,
    BackportSummary,
    HotfixStory,
    LateWord,
    PostMortemFacts,
    ReadingSummary,
    RolledBack,
    SkippedStep,
    Span,
    StoryLine,
)
from chatops.domain.postmortem.model import PostMortem, PostMortemState, Review

#: People write no more into one answer.
_LONGEST_ANSWER = 3000
_LONGEST_NAME = 80
_HOUR = timedelta(hours=1)
_ADDRESS = "https://docs.example/pull/7"
_SHA = "4f2c9e1" * 5


def post_mortem_facts(
    playbook: Playbook, incident: Incident, words: str, many: int, now: datetime
) -> Mapping[str, Mapping[str, object]]:
    """The facts of each text about post-mortems, by its name."""
    known = {**_whole(playbook, incident, words, many, now), **_around(words, many, now)}
    facts = {
        text: {name: known[name] for name in names} for text, names in POST_MORTEM_TEXTS.items()
    }
    tasks = tuple(replace(_action(words, now), done_at=None) for _ in range(min(many, 5)))
    facts["learnings"]["tasks"] = tasks
    return facts


def _whole(
    playbook: Playbook, incident: Incident, words: str, many: int, now: datetime
) -> dict[str, object]:
    answer = words[:_LONGEST_ANSWER] if many else ""
    asked = {
        each.key: AnsweredQuestion(
            key=each.key, ask=each.ask, prompt=each.prompt, answer=answer, lesson=each.lesson
        )
        for each in playbook.questions
    }
    return {
        "entries": (_line(words, now),) * min(many, MOST_LINES),
        "decisions": (_line(words, now),) * min(many, 15),
        "tasks": (_action(words, now),) * min(many, 15),
        "times": Times(to_resolve=_HOUR if many else None),
        "hotfix": _hotfix(words, now) if many else None,
        "asked": asked,
        "told": _told(incident, words, many, now),
    }


def _around(words: str, many: int, now: datetime) -> dict[str, object]:
    lessons = (AnsweredQuestion(key="well", ask="What went well?", answer=words, lesson=True),)
    state = (PostMortemState.DRAFT, PostMortemState.DONE, PostMortemState.SKIPPED)[min(many, 2)]
    return {
        "left": lessons * min(many, 8),
        "placeless": lessons if many else (),
        "lessons": lessons * min(many, 4),
        "by": "U0BEN",
        "reason": words,
        "exports": (("In the docs repository", _ADDRESS),) * min(many, 3),
        "post_mortem": PostMortem(
            incident=1, made_at=now, state=state, reason=words, done_at=now if many else None
        ),
        "place": ("file", "canvas", "docs")[min(many, 2)],
        "address": _ADDRESS if many else "",
        "notes": (words,) * min(many, 4),
        "why": words[:300],
        "words": words if many else "",
        "name": "INC-2026-014-post-mortem.md",
        "moved": bool(many),
        "review": Review(at=now + _HOUR, minutes=60, people=("U0ANA", "U0BEN") * min(many, 20)),
    }


def _line(words: str, now: datetime) -> StoryLine:
    return StoryLine(at=now, text=words, who=words[:_LONGEST_NAME], reason=words)


def _action(words: str, now: datetime) -> ActionLine:
    return ActionLine(
        number=1,
        text=words,
        owner="U0BEN",
        sort="Bug",
        due_at=now,
        criterion=words,
        priority="HIGH",
        done_at=now,
        url=_ADDRESS,
    )


def _told(incident: Incident, words: str, many: int, now: datetime) -> PostMortemFacts:
    name = words[:_LONGEST_NAME]
    return PostMortemFacts(
        began_at=now - _HOUR if many else None,
        people=(name,) * min(many, 40),
        roles=(("Commander", name),) * min(many, 5),
        spans=(Span(label="To resolve it", took=_HOUR),) * min(many, 6),
        hotfixes=(_story(words, now),) * min(many, 3),
        late=(
            LateWord(what=words, due_at=now, late_by=_HOUR),
            LateWord(what=words, due_at=now, late_by=None),
        )
        * min(many, 5),
        left_out=many,
        fix=incident.fix,
    )


def _story(words: str, now: datetime) -> HotfixStory:
    name = words[:_LONGEST_NAME]
    return HotfixStory(
        number=1,
        title=words,
        service=words[:60],
        author=name,
        state="done",
        ticket="ET-1",
        increment="",
        version="1.2.4",
        previous="1.2.3",
        commits=(FixCommit(sha=_SHA, subject=words),) * 5,
        files=2,
        added=6,
        removed=1,
        approvals=(Agreed(who=name, at=now, sha=_SHA, witness=name),) * 2,
        skipped=(SkippedStep(title=words, reason=words, leave=name),),
        pull_request=_ADDRESS,
        deployed_at=now,
        deployed=_SHA,
        readings=ReadingSummary(count=3, first=words, last=words, worst=words),
        backports=(
            BackportSummary(
                target=words[:200],
                state="proven to be there",
                proof=(words,),
                pull_request=_ADDRESS,
                reason=words,
                who=name,
            ),
        ),
        rollback=RolledBack(who=name, at=now, reason=words, release="1.2.3", done_at=now),
        end_reason=words,
    )


def _hotfix(words: str, now: datetime) -> HotfixFacts:
    return HotfixFacts(title=words, base="main", ticket="ET-1", version="1.2.4", deployed_at=now)
