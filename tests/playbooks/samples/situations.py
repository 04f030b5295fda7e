"""Made-up facts, tame and hostile, to try every text on before an incident does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from chatops.domain.hotfix.model import HotfixFacts, Times
from chatops.domain.incident.model import TITLE_LIMIT, Incident, Status, Update
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.playbook.policy import Playbook, Severity
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise
from chatops.domain.tasks import Task
from tests.playbooks.samples.drills import drill_facts
from tests.playbooks.samples.hotfix_facts import facts_of_hotfix, late_backport, under_way
from tests.playbooks.samples.hotfix_texts import hotfix_facts
from tests.playbooks.samples.hotfixes import SIMPLEST, Chapter, SampleHotfix
from tests.playbooks.samples.numbers import numbers_of
from tests.playbooks.samples.overviews import overview_facts
from tests.playbooks.samples.post_mortems import post_mortem_facts
from tests.playbooks.samples.promises import afterwards_facts
from tests.playbooks.samples.tasks import task_facts

NOW = datetime(2026, 11, 21, 14, 50, tzinfo=UTC)
#: Lists in messages are cut before they are worded; this is the longest.
LONGEST_LIST = 15
#: A playbook's own reasons are checked to be no longer.
LONGEST_REASON = 300
#: Slack's limit for what people call themselves.
_LONGEST_NAME = 80
_HOUR = timedelta(hours=1)

#: The worst that people type: it calls, quotes, formats, turns the writing direction, and goes on.
HOSTILE = (
    '<!channel> it\'s "down" & `rm` ```*bold* _x_ | [a](javascript:1) @here #1 {{ now }}'
    " <script>alert(1)</script> \u202etxt.exe\u202c \u200f\u05e9\u05dc\u05d5\u05dd"
    "\n# heading\n- item\n\n\n1. one\n"
)
HOSTILE_LONG = (HOSTILE * 40)[:3000]
#: The chapter of a hotfix's story that goes with each scene.
_CHAPTERS = {
    "fresh": Chapter.BEGUN,
    "told": Chapter.STOPPED,
    "resolved": Chapter.THROUGH,
    "restricted": Chapter.AGREED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One situation that a text may be shown in."""

    name: str
    facts: Mapping[str, object]
    #: For texts whose facts of one name are of another sort.
    own: Mapping[str, Mapping[str, object]]

    def facts_for(self, text: str) -> Mapping[str, object]:
        return {**self.facts, **self.own.get(text, {})}


def scenes(playbook: Playbook, severity: Severity) -> Iterator[Sample]:
    """The situations that differ: fresh, well told, resolved, restricted, and full of malice."""
    fresh = _incident(severity)
    told = replace(
        fresh,
        impact="Some customers cannot pay.",
        symptoms="38 % of calls to /pay answer 500",
        last_update=_update("We know why.", "v1.2.3 dropped a null check"),
        next_update_at=NOW + timedelta(minutes=15),
        acknowledged_by="U0BEN",
        acknowledged_at=NOW - timedelta(minutes=16),
        roles={"commander": "U0ANA"},
        channel="C0INC",
    )
    over = replace(
        told,
        status=Status.RESOLVED,
        resolved_at=NOW,
        next_update_at=None,
        root_cause="A null amount was let through",
        fix="The check is back",
    )
    yield _scene("fresh", playbook, severity, fresh, words="x", many=0, full=False)
    yield _scene("told", playbook, severity, told, words="The pump is back", many=2)
    yield _scene("resolved", playbook, severity, over, words="The pump is back", many=2)
    restricted = replace(told, private=True)
    yield _scene("restricted", playbook, severity, restricted, words="The pump is back", many=1)
    yield _scene("hostile", playbook, severity, _hostile(told), words=HOSTILE_LONG, many=300)


def chapters(playbook: Playbook) -> Iterator[Sample]:
    """Every chapter of a hotfix's story, in each of the playbook's pipelines."""
    policy = playbook.hotfix
    severity = next(
        (each for each in playbook.severities if each.key in policy.severities),
        playbook.severities[0],
    )
    incident = replace(
        _incident(severity),
        roles={"commander": "U0ANA"},
        channel="C0INC",
        acknowledged_by="U0BEN",
        acknowledged_at=NOW,
    )
    always = _always(playbook, severity, incident)
    for index, pipeline in enumerate(policy.pipelines):
        for chapter in Chapter:
            told = SampleHotfix(playbook, severity, pipeline, chapter, "The pump is back", 2, NOW)
            yield Sample(name=chapter, facts=always, own=hotfix_facts(told))
            if not index:
                evil = SampleHotfix(playbook, severity, pipeline, chapter, HOSTILE_LONG, 300, NOW)
                yield Sample(name=chapter, facts=always, own=hotfix_facts(evil))


def _hostile(incident: Incident) -> Incident:
    return replace(
        incident,
        title=HOSTILE[:TITLE_LIMIT],
        impact=HOSTILE_LONG,
        symptoms=HOSTILE_LONG,
        root_cause=HOSTILE_LONG,
        fix=HOSTILE_LONG,
        last_update=_update(HOSTILE_LONG, HOSTILE_LONG),
        declared_by="<!channel>",
    )


def _incident(severity: Severity) -> Incident:
    return Incident(
        id=1,
        team="T0TEAM",
        year=2026,
        number=14,
        reference="INC-2026-014",
        title="Checkout is down",
        severity=severity.key,
        severity_since=NOW - timedelta(minutes=18),
        playbook="digest",
        declared_by="U0ANA",
        declared_at=NOW - timedelta(minutes=18),
        detected_at=NOW - timedelta(minutes=20),
    )


def _update(plain: str, technical: str) -> Update:
    return Update(plain=plain, technical=technical, author="U0BEN", at=NOW)


def _scene(
    name: str,
    playbook: Playbook,
    severity: Severity,
    incident: Incident,
    *,
    words: str,
    many: int,
    full: bool = True,
) -> Sample:
    facts: dict[str, object] = {
        **_always(playbook, severity, incident),
        **_said(words),
        **_lists(words, many, incident),
        **(_known(words, many) if full else _unknown()),
        **under_way(words, many, reason=words[:LONGEST_REASON], now=NOW),
        "old": playbook.severities[0],
        "role": next(iter(playbook.roles), None),
        "promise": _promise(overdue=full),
        "task": _task(words),
        "each": incident,
        "first": full,
        "asked": full,
        "left_out": many,
        "number": many,
        "report": numbers_of(words, many, NOW),
        "update": incident.last_update or _update(words, words),
    }
    pipeline = playbook.hotfix.pipeline() or SIMPLEST
    chapter = _CHAPTERS.get(name, Chapter.IN_CONFLICT)
    late = late_backport(words, NOW)
    taken = replace(incident, acknowledged_by="U0BEN", acknowledged_at=NOW)
    own: dict[str, Mapping[str, object]] = {
        **hotfix_facts(SampleHotfix(playbook, severity, pipeline, chapter, words, many, NOW)),
        **overview_facts(words, many, incident, severity.label, NOW),
        **post_mortem_facts(playbook, incident, words, many, NOW),
        **afterwards_facts(playbook, incident, words, many, NOW),
        **drill_facts(incident, words, many, NOW),
        **task_facts(incident, words, min(many, LONGEST_LIST), NOW),
        "acknowledged": {"incident": taken},
        "acknowledge_answer": {"incident": taken},
        "closed": {"owed": (words,) * many},
        "step_nudge": {"promise": replace(late, kind=PromiseKind.STEP)},
        "step_over": {"promise": replace(late, kind=PromiseKind.STEP)},
        "backport_nudge": {"promise": late},
        "backport_overdue": {"promise": late},
    }
    return Sample(name=name, facts=facts, own=own)


def _always(playbook: Playbook, severity: Severity, incident: Incident) -> dict[str, object]:
    return {
        "incident": incident,
        "severity": severity,
        "playbook": playbook,
        "now": NOW,
        "command": "/incident",
        "hotfix_command": "/hotfix",
        "site": "https://bot.example.com" if incident.commander else "",
    }


def _said(words: str) -> dict[str, object]:
    names = ("reason", "decision", "title", "version")
    return {
        **dict.fromkeys(names, words),
        "sha": "4f2c9e1" * 5,
        "what": "open the channel",
        "leader": words[:_LONGEST_NAME],
        "why": words[:LONGEST_REASON],
    }


def _lists(words: str, many: int, incident: Incident) -> dict[str, object]:
    few = min(many, LONGEST_LIST)
    entries = (_entry(words),) * few
    return {
        "lines": entries,
        "entries": entries,
        "decisions": entries,
        "tasks": (_task(words),) * few,
        "users": ("U0ANA", "U0BEN")[:many],
        "names": ("engineering_lead",) * min(many, 3),
        "absent": (words,) * max(many, 1),
        "alike": (incident,) * min(many, 3),
        "incidents": (incident,) * few,
        "overdue": (_promise(overdue=True),) * few,
    }


def _known(words: str, many: int) -> dict[str, object]:
    return {
        "last_at": NOW - _HOUR,
        "late_by": timedelta(minutes=7),
        "review_at": NOW + 24 * _HOUR,
        "retry_at": NOW + _HOUR,
        "before": "U0ANA",
        "holder": "U0BEN",
        "entry": _entry(words),
        "times": Times(to_acknowledge=timedelta(minutes=4), to_deploy=_HOUR, to_resolve=2 * _HOUR),
        "hotfix": facts_of_hotfix(words, many, NOW),
    }


def _unknown() -> dict[str, object]:
    nothing = ("last_at", "late_by", "review_at", "retry_at", "holder", "entry")
    return dict.fromkeys(nothing) | {
        "before": "U0ANA",
        "times": Times(),
        "hotfix": HotfixFacts(title="Fix it", base="main"),
    }


def _entry(words: str) -> Entry:
    return Entry(
        incident=1,
        at=NOW,
        written_at=NOW,
        kind=EntryKind.NOTE,
        actor="U0BEN",
        text=words,
        reason=words,
    )


def _task(words: str) -> Task:
    return Task(incident=1, number=1, text=words, made_by="U0BEN", made_at=NOW)


def _promise(*, overdue: bool) -> Promise:
    return Promise(
        incident=1,
        key="status_update",
        kind=PromiseKind.STATUS_UPDATE,
        due_at=NOW - _HOUR if overdue else NOW + _HOUR,
        wake_at=None,
        made_at=NOW - 2 * _HOUR,
    )
