"""Promises: everything with a clock on it, and what to do about each when its time comes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chatops.domain.errors import NoSuchPromise, UserError
from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import EscalationStep, EscalationTrigger, Playbook, Severity


class PromiseKind(StrEnum):
    """What was promised."""

    STATUS_UPDATE = "status_update"
    BUSINESS_UPDATE = "business_update"
    RESPONSE = "response"
    NOTICE = "notice"
    ESCALATION = "escalation"
    FIX = "fix"
    STEP = "step"
    ROLLBACK = "rollback"
    BACKPORT = "backport"
    UNLED = "unled"
    STALE = "stale"
    HAND_OVER = "hand_over"
    WATCH = "watch"
    REPORTER = "reporter"
    ROOT_CAUSE = "root_cause"
    POST_MORTEM = "post_mortem"
    REVIEW = "review"
    ACTION = "action"
    CLOSE = "close"
    ARCHIVE = "archive"
    INJECT = "inject"


class PromiseState(StrEnum):
    """Open until kept, broken (kept too late, or overtaken), waived, or lapsed (moot)."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WAIVED = "waived"
    LAPSED = "lapsed"


_NAMES = {
    PromiseKind.STATUS_UPDATE: "next update",
    PromiseKind.BUSINESS_UPDATE: "update for business and product",
    PromiseKind.RESPONSE: "somebody on it",
    PromiseKind.NOTICE: "page, unless somebody is on it",
    PromiseKind.ESCALATION: "escalation, unless it is resolved",
    PromiseKind.FIX: "fix in production",
    PromiseKind.STEP: "step of the hotfix",
    PromiseKind.ROLLBACK: "decision about the rollback",
    PromiseKind.BACKPORT: "backport",
    PromiseKind.UNLED: "somebody who leads",
    PromiseKind.STALE: "sign of life",
    PromiseKind.HAND_OVER: "hand-over to somebody rested",
    PromiseKind.WATCH: "look at production",
    PromiseKind.REPORTER: "word from whoever reported it",
    PromiseKind.ROOT_CAUSE: "root cause",
    PromiseKind.POST_MORTEM: "post-mortem",
    PromiseKind.REVIEW: "review meeting",
    PromiseKind.ACTION: "action item",
    PromiseKind.CLOSE: "closing",
    PromiseKind.ARCHIVE: "archiving of the channel",
    PromiseKind.INJECT: "next event of the drill",
}


#: What one person owes, whoever leads.
_PERSONAL = frozenset(
    {
        PromiseKind.STEP,
        PromiseKind.BACKPORT,
        PromiseKind.HAND_OVER,
        PromiseKind.WATCH,
        PromiseKind.REPORTER,
        PromiseKind.ACTION,
    }
)
#: What begins, or goes on, when the fight is over.
LATER = frozenset(
    {
        PromiseKind.BACKPORT,
        PromiseKind.WATCH,
        PromiseKind.REPORTER,
        PromiseKind.ROOT_CAUSE,
        PromiseKind.POST_MORTEM,
        PromiseKind.REVIEW,
        PromiseKind.ACTION,
        PromiseKind.CLOSE,
        PromiseKind.ARCHIVE,
    }
)
#: What is owed whether people still fight or not: besides that, the way back of a deploy.
LASTING = LATER | {PromiseKind.ROLLBACK}
#: What of a rollback whoever leads owes, by the end of its detail; the rest is the engineer's.
DECIDING = ":decide"
#: What the bot itself does when the time comes; nobody owes it.
OURS = frozenset(
    {PromiseKind.ESCALATION, PromiseKind.NOTICE, PromiseKind.ARCHIVE, PromiseKind.INJECT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise. ``key`` is unique within its incident; making it again renews it.

    ``owner`` is a user id or, where nobody is named, none. ``wake_at`` is when the loop looks at
    it next (none: never by itself). ``round`` counts renewals, so that what is said about each
    round has a key of its own. ``nudged`` tells that its reminder is out, ``told`` how often it
    was found overdue. ``detail`` is what the kind needs: the audience of a notice, the rung of an
    escalation, the person who was paged, the hotfix and its step or branch. ``about`` names what is
    owed where the kind alone does not say: “backport of v1.2.4 to develop”.
    """

    incident: int
    key: str
    kind: PromiseKind
    due_at: datetime
    wake_at: datetime | None
    made_at: datetime
    owner: str | None = None
    detail: str = ""
    about: str = ""
    state: PromiseState = PromiseState.OPEN
    round: int = 1
    nudged: bool = False
    told: int = 0
    reason: str = ""
    settled_at: datetime | None = None
    id: int = 0

    @property
    def name(self) -> str:
        """What is owed, as every screen calls it."""
        if self.kind is PromiseKind.RESPONSE and self.personal:
            return "answer to the page"
        return self.about or _NAMES[self.kind]

    @property
    def title(self) -> str:
        """The same at the beginning of a line; a branch in it keeps its letters."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def personal(self) -> bool:
        """Whether one person owes it, whoever leads and at whatever severity.

        That is an answer to a page, and what somebody's hotfix promises; whether to roll it back
        is for whoever leads to decide.
        """
        match self.kind:
            case PromiseKind.RESPONSE:
                return bool(self.detail)
            case PromiseKind.ROLLBACK:
                return not self.detail.endswith(DECIDING)
        return self.kind in _PERSONAL

    @property
    def open(self) -> bool:
        return self.state is PromiseState.OPEN

    def overdue(self, now: datetime) -> bool:
        return self.open and self.due_at < now

    def renewed(self, *, due_at: datetime, wake_at: datetime | None, now: datetime) -> "Promise":
        """Promise the same again for a later time."""
        return replace(
            self,
            due_at=due_at,
            wake_at=wake_at,
            made_at=now,
            state=PromiseState.OPEN,
            round=self.round + 1,
            nudged=False,
            told=0,
            reason="",
            settled_at=None,
        )

    def kept(self, now: datetime) -> "Promise":
        """Settle it: kept if in time, broken if late."""
        state = PromiseState.BROKEN if now > self.due_at else PromiseState.KEPT
        return replace(self, state=state, wake_at=None, settled_at=now)

    def lapsed(self, now: datetime) -> "Promise":
        return replace(self, state=PromiseState.LAPSED, wake_at=None, settled_at=now)

    def waived(self, reason: str, now: datetime) -> "Promise":
        return replace(self, state=PromiseState.WAIVED, wake_at=None, reason=reason, settled_at=now)

    def snoozed(
        self, until: datetime, reason: str, *, wake_at: datetime, now: datetime
    ) -> "Promise":
        """Move it to ``until``, with the reason on record: a new round, with its own reminder."""
        later = self.renewed(due_at=until, wake_at=wake_at, now=now)
        return replace(later, made_at=self.made_at, reason=reason)


class WhichPromise(UserError):
    """What was named is not owed, or more than one thing that is owed is called so."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        listed = "\n".join(f"• {each}" for each in known) or "Nothing is owed."
        first = f"I cannot tell what you mean by “{asked[:60]}”." if asked else "Say what you mean."
        super().__init__(f"{first} This is owed:\n{listed}")


class SettledElsewhere(UserError):
    """A promise is settled by doing what it is about."""

    def __init__(self, name: str, how: str) -> None:
        super().__init__(f"The {name} is settled by doing it: `{how}`.")


class ComesWithRole(UserError):
    """What is owed by whoever plays a part cannot be given away alone."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The {name} belongs to whoever leads. Give them the part instead:"
            " `/incident role commander @person`."
        )


#: An update that leaves the bot this much later than promised says that it is late.
LATE = timedelta(minutes=1)

STATUS_KEY = "status_update"
BUSINESS_KEY = "business_update"
RESPONSE_KEY = "response"
FIX_KEY = "fix"

_WHATEVER_THE_SEVERITY = LASTING | {PromiseKind.UNLED, PromiseKind.STALE, PromiseKind.INJECT}


def promised(incident: Incident, severity: Severity, now: datetime) -> Iterator[Promise]:
    """Yield every promise that ``severity`` makes for a running incident from ``now`` on."""
    yield from _clocked(incident, severity, now)
    if incident.acknowledged_at is None:
        if severity.respond_within is not None:
            yield _promise(
                incident, RESPONSE_KEY, PromiseKind.RESPONSE, now + severity.respond_within, now
            )
        for notice in severity.notify:
            if notice.page and notice.within:
                yield _promise(
                    incident,
                    f"notice:{notice.audience}",
                    PromiseKind.NOTICE,
                    now + notice.within,
                    now,
                    detail=notice.audience,
                )
    for index, rung in enumerate(severity.escalation):
        acknowledged = incident.acknowledged_at is not None
        if rung.when is EscalationTrigger.UNRESOLVED or (
            rung.when is EscalationTrigger.UNACKNOWLEDGED and not acknowledged
        ):
            yield escalation(incident, severity, index, since=now, now=now)


def _clocked(incident: Incident, severity: Severity, now: datetime) -> Iterator[Promise]:
    if severity.update_every is not None:
        yield status_update(incident, severity, now + severity.update_every, now)
    if severity.business_update_every is not None:
        due = now + severity.business_update_every
        yield _promise(incident, BUSINESS_KEY, PromiseKind.BUSINESS_UPDATE, due, now)
    if severity.fix_within is not None:
        yield _promise(incident, FIX_KEY, PromiseKind.FIX, now + severity.fix_within, now)


def _promise(
    incident: Incident,
    key: str,
    kind: PromiseKind,
    due: datetime,
    now: datetime,
    *,
    detail: str = "",
) -> Promise:
    return Promise(
        incident=incident.id,
        key=key,
        kind=kind,
        owner=incident.commander,
        due_at=due,
        wake_at=due,
        made_at=now,
        detail=detail,
    )


def status_update(incident: Incident, severity: Severity, due: datetime, now: datetime) -> Promise:
    """The promise that stakeholders hear again by ``due``."""
    promise = _promise(incident, STATUS_KEY, PromiseKind.STATUS_UPDATE, due, now)
    return replace(promise, wake_at=nudge_time(severity, due, now))


def nudge_time(severity: Severity, due: datetime, now: datetime) -> datetime:
    """When to remind of an update due then: ahead of it, never in the first half of the wait."""
    return max(due - severity.nudge_before, now + (due - now) / 2)


def escalation(
    incident: Incident, severity: Severity, index: int, *, since: datetime, now: datetime
) -> Promise:
    """The promise to climb rung number ``index`` of the ladder, counted from ``since``."""
    rung = severity.escalation[index]
    return _promise(
        incident,
        f"escalation:{severity.key}:{index}",
        PromiseKind.ESCALATION,
        since + rung.after,
        now,
        detail=str(index),
    )


def rung_of(promise: Promise, severity: Severity) -> EscalationStep | None:
    """The rung that an escalation climbs; none if it belongs to another severity's ladder."""
    if promise.kind is not PromiseKind.ESCALATION:
        return None
    index = int(promise.detail)
    ours = promise.key == f"escalation:{severity.key}:{index}"
    return severity.escalation[index] if ours else None


def overdue_rungs(
    incident: Incident, severity: Severity, missed: Promise, now: datetime
) -> Iterator[Promise]:
    """Yield the escalations that a missed update sets going.

    They count from when it was due; if we were away then, from now, when it is first missed.
    """
    since = missed.due_at if now - missed.due_at <= LATE else now
    for index, rung in enumerate(severity.escalation):
        if rung.when is EscalationTrigger.UPDATE_OVERDUE:
            yield escalation(incident, severity, index, since=since, now=now)


def person_response(incident: Incident, user: str, due: datetime, now: datetime) -> Promise:
    """The promise that a paged person answers by ``due``."""
    promise = _promise(incident, f"response:{user}", PromiseKind.RESPONSE, due, now, detail=user)
    return replace(promise, owner=user)


def remade(old: Promise | None, new: Promise, now: datetime) -> Promise:
    """The promise ``new``, as a renewal of the ``old`` one of that key if there is one."""
    if old is None:
        return new
    renewed = old.renewed(due_at=new.due_at, wake_at=new.wake_at, now=now)
    return replace(renewed, owner=new.owner, detail=new.detail, about=new.about)


def renegotiated(
    held: Mapping[str, Promise], incident: Incident, severity: Severity, now: datetime
) -> Iterator[Promise]:
    """Yield the promises as they stand after the severity changed to ``severity`` at ``now``.

    What the new severity promises is made or renewed; what only the old one promised lapses, but
    what one person owes stays owed (an answer to a page, a step, a backport); who has been told
    already is not told again for the same rung.
    """
    wanted = {promise.key: promise for promise in promised(incident, severity, now)}
    for key, promise in held.items():
        if promise.open and key not in wanted and _depends_on_severity(promise):
            yield promise.lapsed(now)
    for key, promise in wanted.items():
        old = held.get(key)
        if old is None or not _climbed(old):
            yield remade(old, promise, now)


def _depends_on_severity(promise: Promise) -> bool:
    return not promise.personal and promise.kind not in _WHATEVER_THE_SEVERITY


def _climbed(promise: Promise) -> bool:
    """Whether it is a rung whose people have been told, or were left alone on purpose."""
    settled = promise.state in {PromiseState.KEPT, PromiseState.WAIVED}
    return promise.kind is PromiseKind.ESCALATION and settled


#: What people call each kind; a group picks one where there may be several.
_CALLED: Sequence[tuple[PromiseKind, str]] = (
    (PromiseKind.BUSINESS_UPDATE, r"business[- ]update"),
    (PromiseKind.STATUS_UPDATE, r"(?:next |status )?update"),
    (PromiseKind.POST_MORTEM, r"post-?\s?mortem"),
    (PromiseKind.ROOT_CAUSE, r"root[- ]cause|rca"),
    (PromiseKind.REVIEW, r"review(?: meeting)?"),
    (PromiseKind.REPORTER, r"reporter"),
    (PromiseKind.ACTION, r"(?:task|action(?: item)?) *#?(\d+)"),
    (PromiseKind.BACKPORT, r"backport(?: (?:in)?to (\S+))?"),
    (PromiseKind.WATCH, r"watch(?:ing)?|monitoring"),
    (PromiseKind.CLOSE, r"clos(?:e|ing)"),
    (PromiseKind.ARCHIVE, r"archiv(?:e|ing)"),
    (PromiseKind.HAND_OVER, r"hand-?over"),
    (PromiseKind.STALE, r"sign of life"),
    (PromiseKind.UNLED, r"lead(?:er)?"),
    (PromiseKind.ROLLBACK, r"(?:decision (?:about|on) (?:the )?)?roll-?\s?back(?: of v\d\S*\w)?"),
)
_WHAT = [
    (kind, re.compile(rf"(?:the )?(?:{words})(?![\w-])", re.IGNORECASE)) for kind, words in _CALLED
]
#: What nobody but the bot does; that it does not archive the channel may be asked for.
_OURS = OURS - {PromiseKind.ARCHIVE}
_JOINED = re.compile(r"^(?:[,:;]|because\b|until\b(?=$))\s*", re.IGNORECASE)


def take_what(text: str) -> tuple[str, str]:
    """The promise that is named at the beginning, and what follows it.

    >>> take_what("post-mortem because legal writes it")
    ('post-mortem', 'legal writes it')
    >>> take_what("the vendor is slow")
    ('', 'the vendor is slow')
    """
    for _, pattern in _WHAT:
        found = pattern.match(text)
        if found:
            return found[0], _JOINED.sub("", text[found.end() :].strip())
    return "", text


def meant(promises: Iterable[Promise], what: str) -> Promise:
    """The open promise that is meant; without words the next update, or the only one there is.

    ``what`` may be its key, as buttons have it.

    Raises:
        NoSuchPromise: nothing is owed any more.
        WhichPromise: none is called so, or several are.
    """
    every = list(promises)
    by_key = [each for each in every if each.key == (what or STATUS_KEY)]
    if by_key and (by_key[0].open or what):
        return _still_open(by_key[0])
    known = [each for each in every if each.open and each.kind not in _OURS]
    found = _called(known, what) if what else known
    if len(found) == 1:
        return found[0]
    if not known:
        raise NoSuchPromise
    raise WhichPromise(what, [each.title for each in known])


def _still_open(promise: Promise) -> Promise:
    if not promise.open:
        raise NoSuchPromise
    return promise


def _called(known: Sequence[Promise], what: str) -> list[Promise]:
    for kind, pattern in _WHAT:
        found = pattern.fullmatch(what)
        if found:
            detail = found[1] if found.lastindex else None
            return [each for each in known if each.kind is kind and _picks(each, detail)]
    return [each for each in known if what.casefold() in each.name.casefold()]


def _picks(promise: Promise, detail: str | None) -> bool:
    return detail is None or promise.detail.rpartition(":")[2] == detail


UNLED_KEY = "unled"
STALE_KEY = "stale"


def hand_over_key(role: str) -> str:
    """The key of the promise that whoever plays ``role`` is relieved in time."""
    return f"hand_over:{role}"


def ongoing(
    held: Mapping[str, Promise], incident: Incident, playbook: Playbook, now: datetime
) -> Iterator[Promise]:
    """Yield what must change of these promises, for they depend on who plays which part.

    One that stands and still holds is left as it is; nothing is begun for what does not run.
    """
    wanted = (
        {each.key: each for each in _wanted(incident, playbook, now)}
        if incident.status.running
        else {}
    )
    for key, promise in held.items():
        if promise.open and promise.kind in _KINDS and key not in wanted:
            led = promise.kind is PromiseKind.UNLED and incident.commander is not None
            yield promise.kept(now) if led else promise.lapsed(now)
    for key, new in wanted.items():
        old = held.get(key)
        if old is None or not old.open or (old.owner != new.owner and old.personal):
            yield remade(old, new, now)


_KINDS = frozenset({PromiseKind.UNLED, PromiseKind.STALE, PromiseKind.HAND_OVER})


def _wanted(incident: Incident, playbook: Playbook, now: datetime) -> Iterator[Promise]:
    if playbook.lead_within is not None and incident.commander is None:
        yield _made(incident, UNLED_KEY, PromiseKind.UNLED, playbook.lead_within, now)
    if playbook.stale_after is not None:
        after, owner = playbook.stale_after, incident.commander
        yield _made(incident, STALE_KEY, PromiseKind.STALE, after, now, owner=owner)
    if playbook.hand_over_after is not None:
        for role, holder in incident.roles.items():
            yield _made(
                incident,
                hand_over_key(role),
                PromiseKind.HAND_OVER,
                playbook.hand_over_after,
                now,
                owner=holder,
                detail=role,
            )


def _made(
    incident: Incident,
    key: str,
    kind: PromiseKind,
    after: timedelta,
    now: datetime,
    *,
    owner: str | None = None,
    detail: str = "",
) -> Promise:
    return Promise(
        incident=incident.id,
        key=key,
        kind=kind,
        owner=owner,
        due_at=now + after,
        wake_at=now + after,
        made_at=now,
        detail=detail,
    )
