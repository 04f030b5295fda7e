"""The mistakes people can make about a hotfix, each told with the way that is open."""

from collections.abc import Sequence

from chatops.domain.errors import UserError


class NotAHotfix(UserError):
    """The gate says no; ``instead`` is the flow that is open."""

    def __init__(self, why: str, instead: str) -> None:
        self.why = why
        self.instead = instead
        super().__init__(f"Not a hotfix: {why} {instead}".strip())


class UnansweredGate(UserError):
    """The gate asks more than was answered."""

    def __init__(self, open_: Sequence[str]) -> None:
        super().__init__(f"The gate needs one more answer: {open_[0]}")


class RedFlags(UserError):
    """The reason speaks against a hotfix; whoever means it says so."""

    def __init__(self, phrases: Sequence[str], instead: str) -> None:
        self.phrases = tuple(phrases)
        self.instead = instead
        quoted = ", ".join(f"“{phrase}”" for phrase in phrases)
        super().__init__(
            f"That does not sound like production is broken: {quoted}. {instead} If production is"
            " broken right now, say so and go on."
        )


class NoHotfixHere(UserError):
    """The severity, or the playbook, has no hotfix."""

    def __init__(self, severity: str, allowed: Sequence[str], instead: str) -> None:
        ours = f" Hotfixes are for {', '.join(allowed)}." if allowed else ""
        self.why = f"a hotfix is not for {severity}."
        super().__init__(f"A hotfix is not for {severity}.{ours} {instead}".strip())


class NoHotfixYet(UserError):
    """Nobody has started one in this incident."""

    def __init__(self) -> None:
        super().__init__("This incident has no hotfix yet. Start one: `/hotfix`.")


class WhichHotfix(UserError):
    """Several are running, and it was not said which is meant."""

    def __init__(self, known: Sequence[tuple[int, str]]) -> None:
        listed = ", ".join(f"{number} ({service})" for number, service in known)
        super().__init__(f"Which hotfix? Put its number in front, such as `1 next`: {listed}.")


class HotfixOver(UserError):
    """It is done or given up."""

    def __init__(self, name: str, state: str) -> None:
        ended = state.replace("_", " ")
        super().__init__(f"{name.capitalize()} is {ended}. To fix more, start another: `/hotfix`.")


class NotTheTurn(UserError):
    """Another step comes first, or it is none of the pipeline's."""

    def __init__(self, label: str, current: str | None) -> None:
        next_ = f" Next is: {current}." if current is not None else ""
        super().__init__(f"It is not the turn of “{label}”.{next_} See `/hotfix status`.")


def step_busy(title: str) -> UserError:
    """It is being done right now."""
    return UserError(f"“{title}” is under way. What comes of it is said in the thread.")


class NeverSkipped(UserError):
    """The playbook forbids leaving it out."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"“{title}” cannot be skipped: the playbook never allows it. Do it: `/hotfix next`,"
            " or give the hotfix up: `/hotfix abort`."
        )


class LeaveMissing(UserError):
    """Somebody else must allow it."""

    def __init__(self, title: str, who: Sequence[str]) -> None:
        named = " or ".join(name.replace("_", " ") for name in who)
        super().__init__(
            f"Skipping “{title}” needs leave from {named}. Ask them to type it, or say who gave"
            " leave: `/hotfix skip <step> @person <reason>`."
        )


class OwnLeave(UserError):
    """Nobody allows that a step is left out of what they made."""

    def __init__(self, title: str, who: Sequence[str], *, own: bool) -> None:
        named = " or ".join(name.replace("_", " ") for name in who)
        made = "You made this fix" if own else "They made this fix"
        super().__init__(
            f"{made}, so somebody else must allow that “{title}” is skipped:"
            f" {named or 'anybody else in the incident'}. Ask them to type it, or say who gave"
            " leave: `/hotfix skip <step> @person <reason>`."
        )


class SkipReasonMissing(UserError):
    """It goes on record with its reason."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Say why: {what} goes on record with its reason.")


def own_fix() -> UserError:
    """Nobody approves what they made."""
    return UserError("You made this fix, so somebody else must approve it.")


def nothing_to_approve(why: str) -> UserError:
    """There is no commit yet, or it is not the one that was looked at."""
    return UserError(f"There is nothing to approve: {why}")


class StaleApproval(UserError):
    """The branch has moved since the button was shown."""

    def __init__(self, seen: str, head: str) -> None:
        super().__init__(
            f"The fix has changed since you were asked: it was {seen[:10]}, it is {head[:10]} now."
            " Look at the new one and approve that: `/hotfix approve`."
        )


class NotSpoken(UserError):
    """A spoken approval is not possible like this."""

    def __init__(self, why: str) -> None:
        super().__init__(f"That approval cannot be spoken: {why}")


def checklist_open(title: str, left: Sequence[str]) -> UserError:
    """Items are not ticked yet."""
    more = f" and {len(left) - 3} more" if len(left) > 3 else ""  # noqa: PLR2004 - a few are shown
    return UserError(f"“{title}” is not ticked off yet: {'; '.join(left[:3])}{more}.")


def approval_missing(needed: Sequence[str]) -> UserError:
    """The fix may not go on before others agreed to it."""
    named = ["one more person" if role == "any" else role.replace("_", " ") for role in needed]
    return UserError(
        f"Approval is still missing: {', '.join(named)}. They press Approve, or type"
        " `/hotfix approve`."
    )


class NoFixYet(UserError):
    """Nothing has been pushed."""

    def __init__(self, branch: str) -> None:
        super().__init__(
            f"There is no commit on {branch} yet. Push one, or use `/hotfix revert <commit>` or"
            " `/hotfix pick <commit>`."
        )


class WrongTicket(UserError):
    """The key does not look like one of the tracker's."""

    def __init__(self, name: str, example: str) -> None:
        super().__init__(f"That is no {name}. It looks like {example}.")


class UnknownService(UserError):
    """It is not in chatops.yml, or has no repository there."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        if not known:
            super().__init__(
                "No service has a repository yet. Add one under `services:` in chatops.yml."
            )
            return
        super().__init__(f"I know no service “{asked[:40]}” with a repository: {', '.join(known)}.")


class NoSuchWay(UserError):
    """The playbook or the service has no such way."""

    def __init__(self, what: str, open_ways: Sequence[str]) -> None:
        ways = f" Open are: {', '.join(open_ways)}." if open_ways else ""
        super().__init__(f"{what}{ways}")


def unknown_hotfix(asked: object) -> UserError:
    """No hotfix of that id."""
    return UserError(f"I know no hotfix {asked!s:.20}. See what there is: `/hotfix status`.")


class NothingToRollBack(UserError):
    """Nothing of this hotfix is in production."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Nothing of {name} is in production yet. Say which version was good, and I bring that"
            " back: `/hotfix rollback v1.2.2 <reason>`. Or give the hotfix up: `/hotfix abort`."
        )


def nothing_rolls_back(name: str) -> UserError:
    """Nobody waits to hear that production is back."""
    return UserError(
        f"{name[:1].upper()}{name[1:]} is not being rolled back. To bring production back:"
        " `/hotfix rollback`."
    )


class WaivedByBranch(UserError):
    """The branch goes without the fix, and not only the bot without its reminder."""

    def __init__(self, target: str) -> None:
        super().__init__(
            f"A backport is waived with the hotfix that owes it: `/hotfix waive {target} <reason>`."
            " To be reminded later, snooze it instead."
        )


class NothingToBring(UserError):
    """Nothing is in production that other branches could lack."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is nothing of {name} to bring back yet: it is not in production. See"
            " `/hotfix status`."
        )


class UnknownTarget(UserError):
    """The branch is none that the next releases come from."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        listed = ", ".join(known) or "none"
        super().__init__(
            f"“{asked[:60]}” is no branch that fixes go back to here: {listed}. Add it under the"
            " service's `targets:` in chatops.yml."
        )


class BackportOwed(UserError):
    """An incident may not be closed while the next release would bring the trouble back."""

    def __init__(self, reference: str, lines: Sequence[str]) -> None:
        listed = "; ".join(lines)
        super().__init__(
            f"{reference} cannot be closed: {listed}. Bring it back: `/hotfix backport`. Or let"
            " the commander waive it with a reason: `/hotfix waive <branch> <reason>`."
        )
