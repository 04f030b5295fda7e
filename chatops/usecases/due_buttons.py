"""What can be done about a promise or a task: the button that settles it, and the ways out."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops.domain.posts import Ask, Button, Tone
from chatops.domain.promises import OURS, Promise, PromiseKind
from chatops.domain.tasks import Task

#: What settles each kind of promise; about a hotfix where the promise is one's.
_SETTLED_BY: Mapping[PromiseKind, tuple[Ask, str]] = MappingProxyType(
    {
        PromiseKind.STATUS_UPDATE: (Ask.UPDATE, "Write update"),
        PromiseKind.BUSINESS_UPDATE: (Ask.UPDATE, "Write update"),
        PromiseKind.RESPONSE: (Ask.ACKNOWLEDGE, "I am on it"),
        PromiseKind.FIX: (Ask.RESOLVE, "Resolve…"),
        PromiseKind.STEP: (Ask.HOTFIX_NEXT, "Next step…"),
        PromiseKind.BACKPORT: (Ask.BACKPORT, "Backport…"),
        PromiseKind.UNLED: (Ask.ROLE, "Roles…"),
        PromiseKind.HAND_OVER: (Ask.ROLE, "Roles…"),
        PromiseKind.STALE: (Ask.UPDATE, "Write update"),
        PromiseKind.CLOSE: (Ask.CLOSE, "Close…"),
    }
)


def settle_button(promise: Promise) -> Button | None:
    """The button that settles a promise; none where no single press or form does."""
    found = _SETTLED_BY.get(promise.kind)
    if found is None or promise.kind in OURS:
        return None
    ask, label = found
    return Button(ask=ask, label=label, about=_subject(promise), tone=Tone.WANTED)


def promise_buttons(promise: Promise) -> tuple[Button, ...]:
    """Everything that can be done about a promise, what settles it first."""
    if promise.kind in OURS or not promise.open:
        return ()
    settle, about = settle_button(promise), f"{promise.incident}:{promise.key}"
    backport = promise.kind is PromiseKind.BACKPORT
    waive = Button(
        ask=Ask.WAIVE_BACKPORT if backport else Ask.WAIVE,
        label="Waive…",
        about=_subject(promise) if backport else about,
    )
    return (
        *([settle] if settle else []),
        Button(ask=Ask.SNOOZE, label="Snooze…", about=about),
        waive,
    )


def task_buttons(task: Task) -> tuple[Button, ...]:
    """Everything that can be done about a task that is no promise."""
    about = f"{task.incident}:{task.number}"
    return (Button(ask=Ask.TASK_DONE, label="It is done", about=about, tone=Tone.WANTED),)


def _subject(promise: Promise) -> str:
    """What a button acts on: the incident, and the hotfix and its branch where it is about one."""
    match promise.kind:
        case PromiseKind.BACKPORT:
            return f"{promise.incident}:{promise.detail}"
        case PromiseKind.STEP:
            return f"{promise.incident}:{promise.detail.partition(':')[0]}"
    return f"{promise.incident}"
