"""Pushes with a lease on what the remote is believed to hold, and says exactly what came of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chatops.adapters.git.errors import GitFailed, GitTimedOut, NotAFastForward
from chatops.adapters.git.objects.commits import is_ancestor
from chatops.adapters.git.objects.mirror import Mirror
from chatops.domain.git.names import BranchName, CommitId, TagName

_LINE = re.compile(r"(?P<flag>[ +\-*!=])\t[^\t]*:(?P<ref>[^\t]+)\t(?P<summary>[^\t]*)")
_SUMMARY = re.compile(r"\[(?P<kind>[^\]]+)\](?: \((?P<reason>.*)\))?")
_RACES = (
    "stale info",
    "fetch first",
    "non-fast-forward",
    "already exists",
    "needs force",
    "failed to update ref",
    "cannot lock ref",
    "incorrect old value",
    "reference already exists",
)
_BYSTANDERS = ("atomic push failed", "atomic push failure", "atomic transaction failed")


class PushResult(StrEnum):
    """What came of one ref of a push."""

    DONE = "done"
    UP_TO_DATE = "was there already"
    RACED = "somebody else was quicker"
    REFUSED = "the remote refused it"
    HELD_BACK = "held back, because another ref of the push failed"
    NOT_DONE = "not done"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefUpdate:
    """One ref to move: what it is believed to hold (None: nothing), and what it shall hold."""

    ref: str
    expected: CommitId | None
    new: CommitId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefOutcome:
    """What came of one update, and the reason that was given."""

    update: RefUpdate
    result: PushResult
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReport:
    """What came of a push; ``words`` are the remote's own, such as a hook's or a protection's."""

    outcomes: tuple[RefOutcome, ...]
    words: str = ""

    @property
    def done(self) -> bool:
        settled = {PushResult.DONE, PushResult.UP_TO_DATE}
        return all(outcome.result in settled for outcome in self.outcomes)

    def any(self, result: PushResult) -> bool:
        return any(outcome.result is result for outcome in self.outcomes)


def move_branch(branch: BranchName, *, expected: CommitId, new: CommitId) -> RefUpdate:
    return RefUpdate(ref=branch.ref, expected=expected, new=new)


def create_branch(branch: BranchName, *, at: CommitId) -> RefUpdate:
    return RefUpdate(ref=branch.ref, expected=None, new=at)


def delete_branch(branch: BranchName, *, expected: CommitId) -> RefUpdate:
    return RefUpdate(ref=branch.ref, expected=expected, new=None)


def create_tag(tag: TagName, *, at: CommitId) -> RefUpdate:
    return RefUpdate(ref=tag.ref, expected=None, new=at)


def push(mirror: Mirror, updates: Sequence[RefUpdate]) -> PushReport:
    """`git push --porcelain --atomic --force-with-lease=REF:EXPECTED… origin NEW:REF…`.

    All of the updates or none; a branch never loses commits; a push whose fate is not known says
    so and is settled by `read_back`.
    """
    for update in updates:
        _check_keeps_commits(mirror, update)
    leases = [f"--force-with-lease={update.ref}:{update.expected or ''}" for update in updates]
    specs = [f"{update.new or ''}:{update.ref}" for update in updates]
    try:
        with mirror.remote.connected(mirror.repo) as online:
            answer = online.run(
                "push", "--porcelain", *(["--atomic"] if len(updates) > 1 else []), "--no-verify",
                "--no-follow-tags", "--no-signed", "--recurse-submodules=no", *leases,
                "--", "origin", *specs,
                expect=(0, 1),
            )  # fmt: skip
    except (GitTimedOut, GitFailed) as error:
        return _unknown(updates, str(error))
    if answer.code and not any(map(_LINE.match, answer.text.splitlines())):
        return _unknown(updates, answer.words)
    return _report(updates, answer.text, answer.words)


def read_back(mirror: Mirror, report: PushReport) -> PushReport:
    """Settle what is not known by asking the remote what it holds now."""
    held = mirror.remote_refs(*(outcome.update.ref for outcome in report.outcomes))
    return replace(report, outcomes=tuple(settle(outcome, held) for outcome in report.outcomes))


def settle(outcome: RefOutcome, held: Mapping[str, CommitId]) -> RefOutcome:
    """An unknown outcome, judged by what the remote holds."""
    if outcome.result is not PushResult.UNKNOWN:
        return outcome
    now = held.get(outcome.update.ref)
    if now == outcome.update.new:
        return replace(outcome, result=PushResult.DONE)
    if now == outcome.update.expected:
        return replace(outcome, result=PushResult.NOT_DONE)
    return replace(outcome, result=PushResult.RACED)


def _check_keeps_commits(mirror: Mirror, update: RefUpdate) -> None:
    if update.expected is None or update.new is None or not update.ref.startswith("refs/heads/"):
        return
    if not is_ancestor(mirror.repo, update.expected, update.new):
        raise NotAFastForward(update.expected, update.new)


def _unknown(updates: Sequence[RefUpdate], words: str) -> PushReport:
    outcomes = (RefOutcome(update=update, result=PushResult.UNKNOWN) for update in updates)
    return PushReport(outcomes=tuple(outcomes), words=words)


def _report(updates: Sequence[RefUpdate], lines: str, words: str) -> PushReport:
    told = {found["ref"]: found for found in map(_LINE.match, lines.splitlines()) if found}
    outcomes = tuple(_outcome(update, told.get(update.ref)) for update in updates)
    return PushReport(outcomes=outcomes, words=_remote_words(words))


def _outcome(update: RefUpdate, told: re.Match[str] | None) -> RefOutcome:
    if told is None:
        return RefOutcome(update=update, result=PushResult.UNKNOWN)
    if told["flag"] == "=":
        return RefOutcome(update=update, result=PushResult.UP_TO_DATE)
    if told["flag"] != "!":
        return RefOutcome(update=update, result=PushResult.DONE)
    summary = _SUMMARY.fullmatch(told["summary"])
    kind, reason = (summary["kind"], summary["reason"] or "") if summary else ("", told["summary"])
    return RefOutcome(update=update, result=_refused(kind, reason), reason=reason)


def _refused(kind: str, reason: str) -> PushResult:
    if any(sign in reason for sign in _BYSTANDERS):
        return PushResult.HELD_BACK
    if kind == "remote failure":
        return PushResult.UNKNOWN
    if any(sign in reason for sign in _RACES):
        return PushResult.RACED
    return PushResult.REFUSED


def _remote_words(words: str) -> str:
    said = (
        line.removeprefix("remote:").strip() for line in words.splitlines() if "remote:" in line
    )
    return "\n".join(line for line in said if line)
