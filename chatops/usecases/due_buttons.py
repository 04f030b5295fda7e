"""What can be done about a line of what is due: the button that settles it, and the ways out."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops.domain.messages.posts import Ask, Button, Tone
from chatops.domain.promises.model import LATER, OURS, Promise, PromiseKind
from chatops.domain.tasks import Task
from chatops.usecases.afterwards.buttons import moving, settling, waiving

#: What settles each kind of promise that belongs to the fight itself.
_SETTLED_BY: Mapping[PromiseKind, tuple[Ask, str]] = MappingProxyType(
    {
        PromiseKind.STATUS_UPDATE: (Ask.UPDATE, "Write update"),
        PromiseKind.BUSINESS_UPDATE: (Ask.UPDATE, "Write update"),
        PromiseKind.RESPONSE: (Ask.ACKNOWLEDGE, "I am on it"),
        PromiseKind.FIX: (Ask.RESOLVE, "Resolve…"),
        PromiseKind.STEP: (Ask.HOTFIX_NEXT, "Next step…"),
        PromiseKind.ROLLBACK: (Ask.HOTFIX_STATUS, "Show the hotfix"),
        PromiseKind.UNLED: (Ask.ROLE, "Roles…"),
        PromiseKind.HAND_OVER: (Ask.ROLE, "Roles…"),
        PromiseKind.STALE: (Ask.STILL_ON_IT, "Still on it"),
    }
)


def settle_button(promise: Promise) -> Button | None:
    """The button that settles a promise; none where no single press or form does."""
    later = settling(promise)
    if later:
        return later[0]
    if promise.kind not in _SETTLED_BY:
        return None
    ask, label = _SETTLED_BY[promise.kind]
    if promise.kind is PromiseKind.ROLLBACK and not promise.personal:
        ask, label = Ask.ROLLBACK, "Roll back…"
    return Button(ask=ask, label=label, about=_subject(promise), tone=Tone.WANTED)


def promise_buttons(promise: Promise) -> tuple[Button, ...]:
    """Everything that can be done about a promise, what settles it first."""
    if promise.kind in OURS or not promise.open:
        return ()
    settle, move = settle_button(promise), moving(promise)
    handed = move if promise.kind in LATER else move[1:]
    return (*([settle] if settle else []), *handed, waiving(promise))


def task_buttons(task: Task) -> tuple[Button, ...]:
    """Everything that can be done about a task that is no promise."""
    about = f"{task.incident}:{task.number}"
    return (Button(ask=Ask.TASK_DONE, label="It is done", about=about, tone=Tone.WANTED),)


def _subject(promise: Promise) -> str:
    """What a button acts on: the incident, and the hotfix or the promise that it is about."""
    match promise.kind:
        case PromiseKind.STEP | PromiseKind.ROLLBACK:
            return f"{promise.incident}:{promise.detail.partition(':')[0]}"
        case PromiseKind.STALE:
            return f"{promise.incident}:{promise.key}"
    return f"{promise.incident}"
