"""What each kind of promise is: one record for each, with all that tells it from the others.

To add a kind, add its member and its record here, and make the promise where its cause arises.
What the records name (a rule, a way of telling, a way of fulfilling) is carried out beside what
it needs: ``decide.py`` here, ``execute.py``, ``fulfil.py`` and ``reassign.py`` in the application.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from chatops.domain.messages.posts import ActionId, ButtonStyle
from chatops.domain.promises.reminder_policy import (
    a_day_ahead,
    after_as_much_silence,
    after_half_a_shift,
    ahead,
    ahead_of_backport,
    ahead_of_update,
    as_the_playbook_says,
    every_four_hours,
    until_somebody_commands,
    when_due,
    when_due_in_hours,
)
from chatops.domain.promises.spec import (
    AtClose,
    ButtonTarget,
    ByCommand,
    ByPress,
    ByWaiving,
    Cause,
    InItsOwnWay,
    Lifetime,
    Milestone,
    Owner,
    PromiseButton,
    PromiseSpec,
    PromiseSubject,
    Rule,
    ToChannel,
    ToNobody,
    ToOwner,
)


class PromiseKind(StrEnum):
    """What was promised; the values are stored."""

    STATUS_UPDATE = "status_update"
    BUSINESS_UPDATE = "business_update"
    RESPONSE = "response"
    NOTICE = "notice"
    ESCALATION = "escalation"
    FIX = "fix"
    STEP = "step"
    ROLLBACK = "rollback"
    BACKPORT = "backport"
    NO_COMMANDER = "unled"
    INACTIVE = "stale"
    SHIFT_CHANGE = "hand_over"
    WATCH = "watch"
    REPORTER = "reporter"
    ROOT_CAUSE = "root_cause"
    POST_MORTEM = "post_mortem"
    REVIEW = "review"
    ACTION = "action"
    CLOSE = "close"
    ARCHIVE = "archive"
    DRILL_EVENT = "inject"


#: What of a rollback the commander decides, by the end of its detail; the rest is the engineer's.
_DECISION = ":decide"


def _commander(_detail: str) -> Owner:
    return Owner.COMMANDER


def _person(_detail: str) -> Owner:
    return Owner.PERSON


def _bot(_detail: str) -> Owner:
    return Owner.BOT


def _whoever_was_paged(detail: str) -> Owner:
    return Owner.PERSON if detail else Owner.COMMANDER


def _by_phase(detail: str) -> Owner:
    return Owner.COMMANDER if detail.endswith(_DECISION) else Owner.PERSON


_NOTHING: frozenset[Milestone] = frozenset()
_ACKNOWLEDGED = frozenset({Milestone.ACKNOWLEDGED})
_RESOLVED = frozenset({Milestone.RESOLVED})


def _button(
    action: ActionId,
    label: str,
    target: ButtonTarget = ButtonTarget.INCIDENT,
    style: ButtonStyle = ButtonStyle.WANTED,
    owner: Owner | None = None,
) -> PromiseButton:
    return PromiseButton(action=action, label=label, target=target, style=style, owner=owner)


def _fulfil(label: str) -> PromiseButton:
    """The button with which somebody says that it is done."""
    return _button(ActionId("fulfil"), label, ButtonTarget.PROMISE)


_UPDATE, _ROLES = _button(ActionId("update"), "Write update"), _button(ActionId("role"), "Roles…")
_WAIVE = _button(ActionId("waive"), "Waive…", ButtonTarget.PROMISE, ButtonStyle.PLAIN)


# One paragraph for words, life, reminding and doing each.
# fmt: off
KINDS: Mapping[PromiseKind, PromiseSpec] = MappingProxyType({
    PromiseKind.STATUS_UPDATE: PromiseSpec(
        name="next update", called=r"(?:next |status )?update",
        counted_as="Updates for stakeholders",
        owner=_commander, cause=Cause.SEVERITY, lifetime=Lifetime.RUNNING, kept_by=_NOTHING,
        at_close=AtClose.LISTED, for_good=False, follow_up=False,
        rule=Rule.POST_UPDATE, first_look=ahead_of_update, again=as_the_playbook_says,
        may_be_loud=True, told=InItsOwnWay(),
        buttons=(_UPDATE,), fulfilled=ByCommand(command="/incident update"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.BUSINESS_UPDATE: PromiseSpec(
        name="update for business and product", called=r"business[- ]update",
        counted_as="Updates for business and product",
        owner=_commander, cause=Cause.SEVERITY, lifetime=Lifetime.RUNNING, kept_by=_NOTHING,
        at_close=AtClose.LISTED, for_good=False, follow_up=False,
        rule=Rule.TELL_AND_RENEW, first_look=when_due, again=as_the_playbook_says,
        may_be_loud=True, told=ToChannel(text="business_due", buttons=(_UPDATE,)),
        buttons=(_UPDATE,), fulfilled=ByCommand(command="/incident update"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.RESPONSE: PromiseSpec(
        name="somebody on it", personal_name="answer to the page", called=None,
        counted_as="Somebody on it",
        owner=_whoever_was_paged, cause=Cause.SEVERITY, lifetime=Lifetime.RUNNING,
        kept_by=_ACKNOWLEDGED | _RESOLVED,
        at_close=AtClose.LISTED, for_good=False, follow_up=False,
        rule=Rule.EXPECT_ACKNOWLEDGEMENT, first_look=when_due, again=as_the_playbook_says,
        may_be_loud=True,
        told=ToChannel(
            text="no_answer", buttons=(_button(ActionId("page"), "Page somebody else"),)
        ),
        buttons=(_button(ActionId("acknowledge"), "I am on it"),),
        fulfilled=ByCommand(command="/incident status"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.NOTICE: PromiseSpec(
        name="page, unless somebody is on it", called=None, counted_as=None,
        owner=_bot, cause=Cause.SEVERITY, lifetime=Lifetime.RUNNING, kept_by=_ACKNOWLEDGED,
        at_close=AtClose.UNLISTED, for_good=False, follow_up=False,
        rule=Rule.PAGE, first_look=when_due, again=as_the_playbook_says,
        may_be_loud=True, told=ToNobody(),
        buttons=(), fulfilled=ByCommand(command="/incident update"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.ESCALATION: PromiseSpec(
        name="escalation, unless it is resolved", called=None, counted_as=None,
        owner=_bot, cause=Cause.SEVERITY, lifetime=Lifetime.RUNNING, kept_by=_NOTHING,
        at_close=AtClose.UNLISTED, for_good=False, follow_up=False,
        rule=Rule.ESCALATE, first_look=when_due, again=as_the_playbook_says,
        may_be_loud=True, told=ToNobody(),
        buttons=(), fulfilled=ByCommand(command="/incident update"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.FIX: PromiseSpec(
        name="fix in production", called=None, counted_as="Fix in production",
        owner=_commander, cause=Cause.SEVERITY, lifetime=Lifetime.RUNNING, kept_by=_RESOLVED,
        at_close=AtClose.LISTED, for_good=False, follow_up=False,
        rule=Rule.TELL_ONCE, first_look=when_due, again=as_the_playbook_says,
        may_be_loud=True, told=ToChannel(text="overdue", buttons=(_UPDATE,)),
        buttons=(_button(ActionId("resolve"), "Resolve…"),),
        fulfilled=ByCommand(command="/incident resolve"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.STEP: PromiseSpec(
        name="step of the hotfix", called=None, counted_as="Steps of hotfixes",
        owner=_person, cause=Cause.HOTFIX, lifetime=Lifetime.RUNNING, kept_by=_NOTHING,
        at_close=AtClose.LISTED, for_good=False, follow_up=False,
        rule=Rule.REMIND_AND_TELL_ONCE, first_look=when_due, again=as_the_playbook_says,
        may_be_loud=True, told=InItsOwnWay(),
        buttons=(_button(ActionId("hotfix_next"), "Next step…", ButtonTarget.HOTFIX),),
        fulfilled=ByCommand(command="/hotfix next"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.ROLLBACK: PromiseSpec(
        name="decision about the rollback",
        called=r"(?:decision (?:about|on) (?:the )?)?roll-?\s?back(?: of v\d\S*\w)?",
        counted_as="Rollbacks",
        owner=_by_phase, cause=Cause.HOTFIX, lifetime=Lifetime.BOTH, kept_by=_NOTHING,
        at_close=AtClose.WAIVED, for_good=False, follow_up=False,
        rule=Rule.TELL_ONCE, first_look=when_due, again=as_the_playbook_says,
        may_be_loud=True, told=InItsOwnWay(),
        buttons=(
            _button(
                ActionId("rollback"), "Roll back…", ButtonTarget.HOTFIX,
                owner=Owner.COMMANDER,
            ),
            _button(
                ActionId("hotfix_status"), "Show the hotfix", ButtonTarget.HOTFIX,
                owner=Owner.PERSON,
            ),
        ),
        fulfilled=ByCommand(command="/hotfix rollback"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.BACKPORT: PromiseSpec(
        name="backport", called=r"backport(?: (?:in)?to (\S+))?", counted_as="Backports",
        owner=_person, cause=Cause.HOTFIX, lifetime=Lifetime.BOTH, kept_by=_NOTHING,
        at_close=AtClose.LISTED, for_good=False, follow_up=True,
        rule=Rule.REMIND_UNTIL_KEPT, first_look=ahead_of_backport, again=every_four_hours,
        may_be_loud=True, told=InItsOwnWay(),
        buttons=(_button(ActionId("backport"), "Backport now", ButtonTarget.DETAIL),),
        fulfilled=ByCommand(command="/hotfix backport"),
        snooze=True,
        waive=_button(
            ActionId("waive_backport"), "Waive…", ButtonTarget.DETAIL, ButtonStyle.PLAIN
        ),
        subject=PromiseSubject.BACKPORT,
    ),
    PromiseKind.NO_COMMANDER: PromiseSpec(
        name="somebody who leads", called=r"lead(?:er)?", counted_as="Somebody who leads",
        owner=_commander, cause=Cause.ROLES, lifetime=Lifetime.RUNNING, kept_by=_NOTHING,
        at_close=AtClose.UNLISTED, for_good=False, follow_up=False,
        rule=Rule.EXPECT_COMMANDER, first_look=when_due, again=until_somebody_commands,
        may_be_loud=True,
        told=ToChannel(
            text="unled_due", widens=True,
            buttons=(
                _button(ActionId("take_role"), "Take incident commander", ButtonTarget.COMMANDER),
            ),
        ),
        buttons=(_ROLES,), fulfilled=ByCommand(command="/incident role commander"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.INACTIVE: PromiseSpec(
        name="sign of life", called=r"sign of life", counted_as="Signs of life",
        owner=_commander, cause=Cause.ROLES, lifetime=Lifetime.RUNNING, kept_by=_NOTHING,
        at_close=AtClose.UNLISTED, for_good=False, follow_up=False,
        rule=Rule.EXPECT_ACTIVITY, first_look=when_due, again=after_as_much_silence,
        may_be_loud=True,
        told=ToChannel(
            text="stale_due", widens=True,
            buttons=(
                _fulfil("Still on it"),
                _button(ActionId("resolve"), "Resolve", ButtonTarget.INCIDENT, ButtonStyle.PLAIN),
            ),
        ),
        buttons=(_fulfil("Still on it"),),
        fulfilled=ByPress(note="Still on it", renewed=True),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.SHIFT_CHANGE: PromiseSpec(
        name="hand-over to somebody rested", called=r"hand-?over", counted_as="Hand-overs",
        owner=_person, cause=Cause.ROLES, lifetime=Lifetime.RUNNING, kept_by=_NOTHING,
        at_close=AtClose.UNLISTED, for_good=False, follow_up=False,
        rule=Rule.EXPECT_SHIFT_CHANGE, first_look=when_due, again=after_half_a_shift,
        may_be_loud=True,
        told=ToChannel(text="hand_over_due", buttons=(_button(ActionId("role"), "Hand over…"),)),
        buttons=(_ROLES,), fulfilled=ByCommand(command="/incident role"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.WATCH: PromiseSpec(
        name="look at production", called=r"watch(?:ing)?|monitoring",
        counted_as="Looks at production",
        owner=_person, cause=Cause.HOTFIX, lifetime=Lifetime.BOTH, kept_by=_NOTHING,
        at_close=AtClose.WAIVED, for_good=False, follow_up=True,
        rule=Rule.REMIND_AT_BOTH_BOUNDS, first_look=ahead, again=as_the_playbook_says,
        may_be_loud=True, told=InItsOwnWay(),
        buttons=(
            _fulfil("All quiet"),
            _button(
                ActionId("rollback"), "Something is wrong…", ButtonTarget.HOTFIX, ButtonStyle.DANGER
            ),
        ),
        fulfilled=InItsOwnWay(),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.REPORTER: PromiseSpec(
        name="word from whoever reported it", called=r"reporter",
        counted_as="Words from reporters",
        owner=_person, cause=Cause.RESOLUTION, lifetime=Lifetime.RESOLVED, kept_by=_NOTHING,
        at_close=AtClose.WAIVED, for_good=False, follow_up=True,
        rule=Rule.REMIND_UNTIL_KEPT, first_look=ahead, again=as_the_playbook_says,
        may_be_loud=True, told=ToOwner(),
        buttons=(
            _fulfil("It is gone"),
            _button(
                ActionId("not_gone"), "It is not gone…", ButtonTarget.PROMISE, ButtonStyle.PLAIN
            ),
        ),
        fulfilled=ByPress(note="Whoever reported it says that it is gone"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.ROOT_CAUSE: PromiseSpec(
        name="root cause", called=r"root[- ]cause|rca", counted_as="Root causes",
        owner=_commander, cause=Cause.RESOLUTION, lifetime=Lifetime.RESOLVED, kept_by=_NOTHING,
        at_close=AtClose.WAIVED, for_good=True, follow_up=True,
        rule=Rule.REMIND_UNTIL_KEPT, first_look=ahead, again=as_the_playbook_says,
        may_be_loud=True, told=ToOwner(),
        buttons=(_button(ActionId("post_mortem"), "Write the root cause"),),
        fulfilled=ByCommand(command="/incident postmortem"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.POST_MORTEM: PromiseSpec(
        name="post-mortem", called=r"post-?\s?mortem", counted_as="Post-mortems",
        owner=_commander, cause=Cause.RESOLUTION, lifetime=Lifetime.RESOLVED, kept_by=_NOTHING,
        at_close=AtClose.WAIVED, for_good=True, follow_up=True,
        rule=Rule.REMIND_UNTIL_KEPT, first_look=ahead, again=as_the_playbook_says,
        may_be_loud=True, told=ToOwner(),
        buttons=(_button(ActionId("post_mortem"), "Write the post-mortem"),),
        fulfilled=ByCommand(command="/incident postmortem"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.POST_MORTEM,
    ),
    PromiseKind.REVIEW: PromiseSpec(
        name="review meeting", called=r"review(?: meeting)?", counted_as="Review meetings",
        owner=_commander, cause=Cause.RESOLUTION, lifetime=Lifetime.RESOLVED, kept_by=_NOTHING,
        at_close=AtClose.WAIVED, for_good=True, follow_up=True,
        rule=Rule.REMIND_UNTIL_MEETING_HELD, first_look=ahead, again=as_the_playbook_says,
        may_be_loud=True, told=ToOwner(),
        buttons=(_button(ActionId("review"), "The review…"),),
        fulfilled=ByCommand(command="/incident review"),
        snooze=False, waive=_WAIVE, subject=PromiseSubject.NOTHING,  # its own form moves a meeting
    ),
    PromiseKind.ACTION: PromiseSpec(
        name="action item", called=r"(?:task|action(?: item)?) *#?(\d+)",
        counted_as="Action items",
        owner=_person, cause=Cause.TASK, lifetime=Lifetime.BOTH, kept_by=_NOTHING,
        at_close=AtClose.UNLISTED, for_good=False, follow_up=True,
        rule=Rule.REMIND_UNTIL_KEPT, first_look=ahead, again=as_the_playbook_says,
        may_be_loud=False, told=ToOwner(),
        buttons=(_button(ActionId("task_done"), "Done", ButtonTarget.DETAIL),),
        fulfilled=ByCommand(command="/incident task done {detail}"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.TASK,
    ),
    PromiseKind.CLOSE: PromiseSpec(
        name="closing", called=r"clos(?:e|ing)", counted_as="Closing",
        owner=_commander, cause=Cause.RESOLUTION, lifetime=Lifetime.RESOLVED, kept_by=_NOTHING,
        at_close=AtClose.UNLISTED, for_good=False, follow_up=True,
        rule=Rule.TELL_UNTIL_KEPT, first_look=when_due_in_hours, again=as_the_playbook_says,
        may_be_loud=False, told=ToOwner(),
        buttons=(_button(ActionId("close"), "Close it…"),),
        fulfilled=ByCommand(command="/incident close"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.ARCHIVE: PromiseSpec(
        name="archiving of the channel", called=r"archiv(?:e|ing)", counted_as=None,
        owner=_bot, cause=Cause.RESOLUTION, lifetime=Lifetime.RESOLVED, kept_by=_NOTHING,
        at_close=AtClose.UNLISTED, for_good=False, follow_up=True,
        rule=Rule.ARCHIVE, first_look=a_day_ahead, again=as_the_playbook_says,
        may_be_loud=False, told=InItsOwnWay(),
        buttons=(), fulfilled=ByWaiving(reason="the channel is kept"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
    PromiseKind.DRILL_EVENT: PromiseSpec(
        name="next event of the drill", called=None, counted_as=None,
        owner=_bot, cause=Cause.DRILL, lifetime=Lifetime.RUNNING, kept_by=_NOTHING,
        at_close=AtClose.UNLISTED, for_good=False, follow_up=False,
        rule=Rule.PLAY, first_look=when_due, again=as_the_playbook_says,
        may_be_loud=True, told=ToNobody(),
        buttons=(), fulfilled=ByCommand(command="/incident update"),
        snooze=True, waive=_WAIVE, subject=PromiseSubject.NOTHING,
    ),
})
# fmt: on


def kinds_where(holds: Callable[[PromiseSpec], bool]) -> frozenset[PromiseKind]:
    """The kinds whose record ``holds`` is true of."""
    return frozenset(kind for kind, spec in KINDS.items() if holds(spec))


#: What the bot itself does when the time comes; nobody has to.
BY_BOT = kinds_where(lambda spec: spec.by_bot)
