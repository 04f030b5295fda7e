"""What must fit together in the half of a playbook that concerns incidents."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from string import Formatter
from zoneinfo import available_timezones

from apscheduler.triggers.cron import CronTrigger

from chatops.adapters.playbooks.yaml_source import Place, near
from chatops.domain.incident.model import COMMANDER
from chatops.domain.playbook.policy import (
    DigestRule,
    EscalationStep,
    Playbook,
    PostMortemQuestion,
    PostMortemRule,
    Severity,
)

_FIELDS = ("minute", "hour", "day", "month", "weekday")
_WEEKDAY = re.compile(r"\d")
_WRITTEN = "write it as “0 9 * * mon-fri”: minute, hour, day, month, weekday"
_ANY_DAY = datetime(2024, 1, 1, tzinfo=UTC)
_RAREST = timedelta(days=366 * 4)


def digest_findings(digests: tuple[DigestRule, ...]) -> Iterator[tuple[Place, str]]:
    """Find digests that could never be sent, or not when it is thought."""
    for index, digest in enumerate(digests):
        place: Place = ("digests", index)
        if not digest.key.strip():
            yield (*place, "key"), "needs a name, such as daily: it is what people ask for"
        if not digest.channel.strip():
            yield (*place, "channel"), "name stakeholders, alerts, or a channel"
        if digest.covers <= timedelta():
            yield (*place, "covers"), "must be longer than nothing"
        if wrong := _wrong(digest.cron):
            yield (*place, "cron"), f"“{digest.cron}” {wrong}"


def _wrong(cron: str) -> str:
    """What is wrong with an expression; nothing if it is fine."""
    fields = cron.split()
    if len(fields) != len(_FIELDS):
        return f"has {len(fields)} fields, and five are needed; {_WRITTEN}"
    if _WEEKDAY.search(fields[-1]):
        return "numbers the weekday, which not everybody counts alike; name it: mon, tue-fri, sun"
    try:
        trigger = CronTrigger.from_crontab(cron, timezone=UTC)
    except ValueError as error:
        return f"is not understood ({error}); {_WRITTEN}"
    first = trigger.get_next_fire_time(None, _ANY_DAY)
    return "" if first is not None and first - _ANY_DAY <= _RAREST else "never comes"


#: A place in the file and what is wrong there.
Finding = tuple[Place, str]

#: Slack's limit for an option in a menu of severities.
_LONGEST_LABEL = 75
_LONGEST_PATTERN = 60
#: A reason is shown to whoever is told, in one message with the rest.
_LONGEST_REASON = 300
_LAST_WEEKDAY = 6
#: What fits into one form, and what Slack shows in an empty field.
_MOST_QUESTIONS, _LONGEST_ASK = 8, 150


def policy_findings(playbook: Playbook) -> Iterator[Finding]:
    """Find everything in the incident half that does not fit together."""
    yield from _severities(playbook)
    yield from _roles(playbook)
    yield from _pattern(("reference",), playbook.reference, {"year", "number"})
    yield from _pattern(("channel",), playbook.channel, {"year", "number", "slug"})
    if playbook.zone not in available_timezones():
        hint = near(playbook.zone, sorted(available_timezones())) or "; write it as Europe/Berlin"
        yield ("zone",), f"no time zone is called “{playbook.zone}”{hint}"
    yield from _questions(playbook.questions)
    hours = playbook.working_hours
    if hours.start >= hours.end:
        yield ("working_hours",), "the working day ends before it starts"
    if not hours.days or not set(hours.days) <= set(range(_LAST_WEEKDAY + 1)):
        yield ("working_hours", "days"), "name weekdays from 0 (Monday) to 6 (Sunday)"
    yield from doubled(("digests",), (digest.key for digest in playbook.digests))
    yield from digest_findings(playbook.digests)


def doubled(place: Place, keys: Iterable[str], *, inside: str = "key") -> Iterator[Finding]:
    """Find keys that stand twice in a list; upper and lower case count as the same."""
    seen: dict[str, int] = {}
    for index, key in enumerate(keys):
        if key.casefold() in seen:
            yield (*place, index, inside), f"“{key}” stands in this list for the second time"
        seen[key.casefold()] = index


def _severities(playbook: Playbook) -> Iterator[Finding]:
    if not playbook.severities:
        yield ("severities",), "name at least one severity, the worst first"
    yield from doubled(("severities",), (severity.key for severity in playbook.severities))
    roles = [role.key for role in playbook.roles]
    for index, severity in enumerate(playbook.severities):
        place = ("severities", index)
        yield from _severity(place, severity)
        for rung_index, rung in enumerate(severity.escalation):
            yield from _rung((*place, "escalation", rung_index), rung, severity, roles)


def _severity(place: Place, severity: Severity) -> Iterator[Finding]:
    if not severity.key.strip() or len(severity.label) > _LONGEST_LABEL:
        yield (*place, "key"), f"key and name need 1 to {_LONGEST_LABEL} characters together"
    if severity.update_every is not None and severity.nudge_before >= severity.update_every:
        told = "must be shorter than update_every: a reminder comes after the update before it"
        yield (*place, "nudge_before"), told
    clocks = ("respond_within", "fix_within", "update_every", "business_update_every")
    for clock in clocks:
        if getattr(severity, clock) is not None and not getattr(severity, clock):
            yield (*place, clock), "must be longer than nothing; leave it out for no clock"
    yield from _post_mortem((*place, "post_mortem"), severity.post_mortem)


def _post_mortem(place: Place, rule: PostMortemRule) -> Iterator[Finding]:
    if rule.owed and rule.due is None and not rule.next_day:
        yield (*place, "due"), "a post-mortem that is owed needs a due time, such as 24 h"
    if rule.due is not None and rule.not_before > rule.due:
        yield (*place, "not_before"), "is later than due"
    if rule.review_minutes and not 0 < rule.review_minutes[0] <= rule.review_minutes[1]:
        yield (*place, "review_minutes"), "write the shortest and the longest, such as [60, 90]"


def _questions(questions: Sequence[PostMortemQuestion]) -> Iterator[Finding]:
    yield from doubled(("questions",), (question.key for question in questions))
    if len(questions) > _MOST_QUESTIONS:
        yield ("questions",), f"a form has room for {_MOST_QUESTIONS}; it has {len(questions)}"
    for index, question in enumerate(questions):
        place = ("questions", index)
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", question.key):
            yield (*place, "key"), "needs 1 to 40 small letters, digits and _, such as well"
        if not 0 < len(question.ask.strip()) <= _LONGEST_ASK:
            yield (*place, "ask"), f"needs 1 to {_LONGEST_ASK} characters"
        if len(question.prompt) > _LONGEST_ASK:
            yield (*place, "prompt"), f"is longer than {_LONGEST_ASK} characters"


def _rung(
    place: Place, rung: EscalationStep, severity: Severity, roles: list[str]
) -> Iterator[Finding]:
    if not rung.tell:
        yield (*place, "tell"), "name at least one audience or role"
    for index, name in enumerate(rung.tell):
        hint = near(name, roles)
        if name not in roles and hint:
            yield (*place, "tell", index), f"“{name}” is none of this playbook's roles{hint}"
    if len(rung.why) > _LONGEST_REASON:
        yield (*place, "why"), f"is longer than {_LONGEST_REASON} characters"
    if rung.when == "update_overdue" and severity.update_every is None:
        yield (*place, "when"), "no update is promised at this severity; set update_every"


def _roles(playbook: Playbook) -> Iterator[Finding]:
    yield from doubled(("roles",), (role.key for role in playbook.roles))
    if COMMANDER not in {role.key for role in playbook.roles}:
        hint = near(COMMANDER, [role.key for role in playbook.roles])
        yield ("roles",), f"one role must have the key “{COMMANDER}”: it decides{hint}"


def _pattern(place: Place, pattern: str, known: set[str]) -> Iterator[Finding]:
    try:
        names = {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}
    except ValueError as error:
        yield place, f"is not a pattern: {error}"
        return
    if unknown := sorted(names - known):
        choices = ", ".join(f"{{{name}}}" for name in sorted(known))
        hint = near(unknown[0], sorted(known))
        yield place, f"{{{unknown[0]}}} is not known here{hint or f'; known are {choices}'}"
    elif "number" not in names:
        yield place, "needs {number}, so that no two incidents are called the same"
    else:
        yield from _filled(place, pattern)


def _filled(place: Place, pattern: str) -> Iterator[Finding]:
    try:
        name = pattern.format(year=2026, number=14, slug="checkout")
    except (ValueError, IndexError, AttributeError, TypeError) as error:
        yield place, f"cannot be filled in: {error}; write numbers as {{number:03d}}"
        return
    if len(name) > _LONGEST_PATTERN:
        yield place, f"makes names of {len(name)} characters; {_LONGEST_PATTERN} is the most"
