"""What people order and press about promises: settle, hand over, put off, give up."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from chatops.adapters.slack.incoming.context import Front
from chatops.adapters.slack.incoming.listeners.buttons import Handler, opens, target_of
from chatops.application.incidents.update import PutOff
from chatops.application.promises.fulfil import NotGoneRequest, SettleRequest
from chatops.application.reminders.reassign import HandOverRequest
from chatops.application.session import Request
from chatops.commands.arguments import Typed
from chatops.commands.caller import About, Caller
from chatops.commands.context import Counter, about_incident
from chatops.commands.form_state import FormName
from chatops.commands.table import Order
from chatops.domain.messages.posts import Ask, Post
from chatops.domain.promises.after_resolution import REPORTER_KEY
from chatops.domain.promises.model import STALE_KEY, meant
from chatops.domain.time.parse import moment


def _key(front: Counter, about: About, typed: Typed) -> str:
    """The key of the promise that was named. Raises NoSuchPromise, WhichPromise."""
    known = front.desk.look.known(Request(**about))
    return meant(known.promises, typed.what).key


def _snooze(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    until = moment(typed.time, now=caller.now, zone=front.zone_of(caller.user))
    key = _key(front, about, typed)
    return front.desk.put_off(PutOff(**about, promise=key, until=until, reason=typed.reason))


def _waive(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    key = _key(front, about, typed)
    return front.desk.put_off(PutOff(**about, promise=key, until=None, reason=typed.reason))


def _hand_over(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    owner = typed.people[0].id
    key = _key(front, about, typed)
    return front.desk.hand_over(
        HandOverRequest(**about, promise=key, owner=owner, reason=typed.reason)
    )


def _settle(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.settle(SettleRequest(**about, promise=_key(front, about, typed)))


def _still_there(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.say_not_gone(NotGoneRequest(**about, promise=REPORTER_KEY, reason=typed.text))


HANDLERS: Mapping[Order, Callable[[Counter, Caller, Typed], Post]] = MappingProxyType(
    {
        Order.SNOOZE: _snooze,
        Order.WAIVE: _waive,
        Order.HAND_OVER: _hand_over,
        Order.SETTLE: _settle,
        Order.STILL_THERE: _still_there,
    }
)


def _settled(front: Front, caller: Caller, about: str) -> Post:
    target = target_of(front, about)
    return front.desk.settle(
        SettleRequest(**caller.about(target.incident), promise=target.detail or STALE_KEY)
    )


PRESSES: Mapping[Ask, Handler] = MappingProxyType(
    {
        Ask.SNOOZE: opens(FormName.SNOOZE),
        Ask.WAIVE: opens(FormName.WAIVE),
        Ask.HAND_OVER: opens(FormName.HAND_OVER),
        Ask.NOT_GONE: opens(FormName.NOT_GONE),
        Ask.GONE: _settled,
        Ask.QUIET: _settled,
        Ask.STILL_ON_IT: _settled,
        Ask.KEEP_CHANNEL: _settled,
    }
)
