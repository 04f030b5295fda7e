"""What texts, commits and commands may speak of, taken from a hotfix."""

from datetime import datetime

from chatops.domain.hotfix.model import HotfixFacts, StepState
from chatops.domain.playbook.pipeline import StepKind
from chatops.usecases.hotfix.jobs import STEP, Signed
from chatops.usecases.hotfix.naming import People
from chatops.usecases.hotfix.session import HotfixTurn


def concerned(hand: HotfixTurn) -> tuple[str, ...]:
    """Everybody whose name a commit may carry."""
    approvers = (given.by for given in hand.hotfix.standing)
    return tuple(dict.fromkeys((hand.engineer, *approvers)))


def facts_of(hand: HotfixTurn, *, base: str = "") -> HotfixFacts:
    """The hotfix as its texts see it; ``base`` is the branch that a pull request goes to."""
    hotfix = hand.hotfix
    return HotfixFacts(
        title=hotfix.title,
        base=base or hotfix.production,
        branch=hotfix.branch,
        ticket=hotfix.ticket,
        scope=hotfix.scope,
        increment=hotfix.increment,
        version=hotfix.release,
        previous=hotfix.previous,
        issue=hand.turn.incident.title,
        impact=hotfix.impact or hand.turn.incident.impact,
        root_cause=hotfix.root_cause or hand.turn.incident.root_cause,
        changes=hotfix.changes or tuple(each.subject for each in hotfix.work.commits),
        checks=_checks(hand),
        commits=hotfix.work.commits,
        author=hand.engineer,
        approvers=tuple(each.by for each in hotfix.standing),
        pull_request=hotfix.pull_request.url if hotfix.pull_request else "",
        deployed_at=hotfix.deployed_at,
    )


def _checks(hand: HotfixTurn) -> tuple[str, ...]:
    """What was seen at the steps that test, as far as they are done."""
    tests = (hand.hotfix.step(kind) for kind in (StepKind.SMOKE, StepKind.STAGE))
    done = (step for step in tests if step is not None and step.state is StepState.DONE)
    return tuple(line for step in done for line in step.evidence)


def line(hand: HotfixTurn, text: str, *, base: str = "") -> str:
    """Word one line for git or a forge: a commit's subject, a title."""
    return hand.turn.plain(text, hotfix=facts_of(hand, base=base))


def line_with_version(hand: HotfixTurn, text: str) -> str:
    """A line that speaks of the version before it is known: ``{version}`` stands for it."""
    before = hand.hotfix
    hand.change(release="{version}")
    try:
        return line(hand, text)
    finally:
        hand.hotfix = before


def document(hand: HotfixTurn, text: str, *, base: str = "") -> str:
    """Word a document in Markdown: the body of a pull request."""
    return hand.turn.markdown(text, hotfix=facts_of(hand, base=base))


def signed(
    hand: HotfixTurn, people: People, *, step: str, at: datetime, target: str = ""
) -> Signed:
    """How a commit is signed: by the engineer, with who and what it is for as trailers."""
    who = people[hand.engineer]
    mark = f"{hand.mark} {step}" + (f" {target}" if target else "")
    approvals = (
        ("Approved-by", str(people[given.by]))
        for given in hand.hotfix.standing
        if given.by in people
    )
    trailers = (("Incident", hand.turn.incident.reference), (STEP, mark), *approvals)
    return Signed(name=who.name, email=who.email, at=at, trailers=trailers)


def values(hand: HotfixTurn, **others: str) -> dict[str, str]:
    """What commands, workflows and checks may speak of; what is not known is left out."""
    hotfix = hand.hotfix
    known = {
        "version": hotfix.release,
        "previous": hotfix.previous,
        "branch": hotfix.branch or hotfix.production,
        "sha": hotfix.merged or hotfix.head,
        "service": hotfix.service,
        "reference": hand.turn.incident.reference,
        **others,
    }
    return {name: value for name, value in known.items() if value}
