"""Every form that there is, by its name."""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType

from chatops.adapters.slack import forms
from chatops.adapters.slack.forms.form_layout import AnyForm, Form


def _forms() -> Iterator[AnyForm]:
    """The forms of each module beside this one: a new form is its record, and nothing else."""
    for module in pkgutil.iter_modules(forms.__path__, f"{forms.__name__}."):
        if module.name != __name__:
            found = vars(import_module(module.name)).values()
            yield from (each for each in found if isinstance(each, Form))


FORMS: Mapping[str, AnyForm] = MappingProxyType({form.name: form for form in _forms()})
