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
    reopen.FORM,
    resolve.FORM,
    roles.FORM,
    severity.FORM,
    task.FORM,
    update.FORM,
)

FORMS: Mapping[FormName, AnyForm] = MappingProxyType({form.name: form for form in _ALL})
