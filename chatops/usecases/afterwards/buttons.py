"""The button that settles each kind of promise, and those that move or hand over any."""

from collections.abc import Mapping

from chatops.domain.hotfix.deadlines import subject_of
from chatops.domain.messages.posts import Ask, Button, Tone
from chatops.domain.promises.model import Promise, PromiseKind

_LABEL = 75


#: What settles each kind that one press, or one form about the whole incident, settles.
_PLAIN: Mapping[PromiseKind, tuple[Ask, str]] = {
    PromiseKind.POST_MORTEM: (Ask.POST_MORTEM, "Write the post-mortem"),
    PromiseKind.ROOT_CAUSE: (Ask.POST_MORTEM, "Write the root cause"),
    PromiseKind.REVIEW: (Ask.REVIEW, "The review…"),
    PromiseKind.CLOSE: (Ask.CLOSE, "Close it…"),
}


def settling(promise: Promise) -> tuple[Button, ...]:
    """What settles a promise, the wanted one first; nothing for what the bot does itself."""
    if promise.kind in _PLAIN:
        return (_button(promise, *_PLAIN[promise.kind]),)
    match promise.kind:
        case PromiseKind.ACTION:
            return (_button(promise, Ask.TASK_DONE, "Done", promise.detail),)
        case PromiseKind.BACKPORT:
            return (_button(promise, Ask.BACKPORT, "Backport now", promise.detail),)
        case PromiseKind.REPORTER:
            return (_button(promise, Ask.GONE, "It is gone", promise.key), _not_gone(promise))
        case PromiseKind.WATCH:
            return (_button(promise, Ask.QUIET, "All quiet", promise.key), _wrong(promise))
        case _:
            return ()


def _not_gone(promise: Promise) -> Button:
    about = f"{promise.incident}:{promise.key}"
    return Button(ask=Ask.NOT_GONE, label="It is not gone…", about=about)


def _wrong(promise: Promise) -> Button:
    number, _ = subject_of(promise)
    about = f"{promise.incident}:{number}"
    return Button(ask=Ask.ROLLBACK, label="Something is wrong…", about=about, tone=Tone.DANGER)


def moving(promise: Promise) -> tuple[Button, ...]:
    """What moves it to somebody else, or to later; a review is moved by its own form."""
    about = f"{promise.incident}:{promise.key}"
    hand_over = Button(ask=Ask.HAND_OVER, label="Hand over…", about=about)
    if promise.kind is PromiseKind.REVIEW:
        return (hand_over,)
    return (hand_over, Button(ask=Ask.SNOOZE, label="Snooze…", about=about))


def waiving(promise: Promise) -> Button:
    about = f"{promise.incident}:{promise.key}"
    if promise.kind is PromiseKind.BACKPORT:
        about = f"{promise.incident}:{promise.detail}"
        return Button(ask=Ask.WAIVE_BACKPORT, label="Waive…", about=about)
    return Button(ask=Ask.WAIVE, label="Waive…", about=about)


def settling_of(promise: Promise, reference: str) -> tuple[Button, ...]:
    """The one that settles it, named so that it can stand beside those of others."""
    label = f"{promise.title[: _LABEL - len(reference) - 3]} · {reference}"
    return tuple(
        Button(ask=each.ask, label=label, about=each.about, tone=Tone.PLAIN)
        for each in settling(promise)[:1]
    )


def _button(promise: Promise, ask: Ask, label: str, detail: str = "") -> Button:
    about = f"{promise.incident}:{detail}" if detail else str(promise.incident)
    return Button(ask=ask, label=label, about=about, tone=Tone.WANTED)
