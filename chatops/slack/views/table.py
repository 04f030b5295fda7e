"""The table of forms: each name has exactly one."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops.slack.slips import FormName
from chatops.slack.views import (
    choose,
    close,
    correct,
    decide,
    declare,
    drill,
    hand_over,
    hotfix_approve,
    hotfix_backport,
    hotfix_checklist,
    hotfix_fix,
    hotfix_log,
    hotfix_next,
    hotfix_rollback,
    hotfix_skip,
    hotfix_start,
    not_gone,
    note,
    page,
    put_off,
    reopen,
    resolve,
    roles,
    severity,
    task,
    update,
)
from chatops.slack.views.form import AnyForm

_ALL: tuple[AnyForm, ...] = (
    choose.FORM,
    close.FORM,
    correct.FORM,
    decide.FORM,
    declare.FORM,
    note.FORM,
    page.FORM,
    put_off.SNOOZE,
    put_off.WAIVE,
    hand_over.FORM,
    not_gone.FORM,
    reopen.FORM,
    resolve.FORM,
    roles.FORM,
    severity.FORM,
    task.FORM,
    task.EDIT,
    task.DROP,
    update.FORM,
    hotfix_start.FORM,
    hotfix_next.FORM,
    hotfix_fix.FORM,
    hotfix_approve.FORM,
    hotfix_checklist.FORM,
    hotfix_skip.SKIP,
    hotfix_skip.ABORT,
    hotfix_rollback.FORM,
    hotfix_backport.BACKPORT,
    hotfix_backport.WAIVE,
    hotfix_backport.ALIGNED,
    hotfix_log.FORM,
    drill.FORM,
)

FORMS: Mapping[FormName, AnyForm] = MappingProxyType({form.name: form for form in _ALL})
