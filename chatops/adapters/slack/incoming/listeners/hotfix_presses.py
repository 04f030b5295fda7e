"""One handler for each thing that a button about a hotfix can ask for."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops.adapters.slack.forms.hotfix import AboutHotfix, Subject
from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners.buttons import Handler, opens, target_of
from chatops.adapters.slack.incoming.listeners.hotfix_orders import ANOTHER, running_already
from chatops.application.hotfix.session import BackportRequest, HotfixRequest
from chatops.commands.caller import Caller
from chatops.commands.form_state import FormName, FormState
from chatops.domain.messages.posts import ActionId, Post


def _start(context: SlackContext, caller: Caller, about: str) -> Post | None:
    """Open the gate; or show what is running, with a button that starts another one."""
    if FormState.unpacked(about) is None:
        target = target_of(context, about)
        request = HotfixRequest(**caller.about(target.incident))
        running = running_already(context, request) if target.detail != ANOTHER else None
        if running is not None:
            return running
        about = f"{target.incident}"
    return opens(FormName.HOTFIX_START)(context, caller, about)


def _status(context: SlackContext, caller: Caller, about: str) -> Post:
    return context.use_cases.hotfix.status(HotfixRequest(**_about(context, caller, about)))


def _rolled_back(context: SlackContext, caller: Caller, about: str) -> Post:
    return context.use_cases.hotfix.rolled_back(HotfixRequest(**_about(context, caller, about)))


def _align(context: SlackContext, caller: Caller, about: str) -> Post:
    branch = Subject.of(target_of(context, about).detail).detail
    return context.use_cases.hotfix.align(
        BackportRequest(**_about(context, caller, about), target=branch or None)
    )


def _about(context: SlackContext, caller: Caller, about: str) -> AboutHotfix:
    target = target_of(context, about)
    return {**caller.about(target.incident), "about": Subject.of(target.detail).number}


HANDLERS: Mapping[ActionId, Handler] = MappingProxyType(
    {
        ActionId.HOTFIX: _start,
        ActionId.HOTFIX_STATUS: _status,
        ActionId.HOTFIX_NEXT: opens(FormName.HOTFIX_NEXT),
        ActionId.HOTFIX_FIX: opens(FormName.HOTFIX_FIX),
        ActionId.HOTFIX_CHECKLIST: opens(FormName.HOTFIX_CHECKLIST),
        ActionId.HOTFIX_LOG: opens(FormName.HOTFIX_LOG),
        ActionId.APPROVE: opens(FormName.HOTFIX_APPROVE),
        ActionId.SKIP: opens(FormName.HOTFIX_SKIP),
        ActionId.ROLLBACK: opens(FormName.HOTFIX_ROLLBACK),
        ActionId.ROLLED_BACK: _rolled_back,
        ActionId.BACKPORT: opens(FormName.HOTFIX_BACKPORT),
        ActionId.ALIGN: _align,
        ActionId.ALIGNED: opens(FormName.HOTFIX_ALIGNED),
        ActionId.WAIVE_BACKPORT: opens(FormName.HOTFIX_WAIVE),
        ActionId.ABORT: opens(FormName.HOTFIX_ABORT),
    }
)
