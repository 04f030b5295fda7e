"""What travels with a form or a button: which form, about what, and where to answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from chatops.domain.playbook.pipeline import StepKind

#: Slack's limits for what a view and a button may carry.
IN_A_VIEW, IN_A_BUTTON = 3000, 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """What a form needs to know again when it comes back.

    ``form`` is the form's name, which is its callback id. ``reference`` names an incident that
    was not looked up yet. ``about`` is what the form is about within the incident: a role, an
    entry, a promise; for hotfixes the number of one and, after a colon, a step, a branch or a
    commit. ``way`` is how a hotfix is to fix it.
    ``text``, ``reason``, ``severity``, ``time`` and ``person`` are what was typed already.
    ``source`` links the message that it came from, ``author`` wrote that message at ``said_at``.
    ``seen`` is the title for which similar incidents were shown.
    """

    form: str
    incident: int | None = None
    reference: str = ""
    channel: str = ""
    answer_url: str = ""
    about: str = ""
    way: str = ""
    time: str = ""
    text: str = ""
    reason: str = ""
    severity: str = ""
    person: str = ""
    source: str = ""
    author: str = ""
    said_at: str = ""
    seen: str = ""

    def packed(self, limit: int = IN_A_VIEW) -> str:
        """As JSON of at most ``limit`` characters; what was typed gives way where it must."""
        facts = _facts(self)
        for name in ("reason", "text", "seen"):
            surplus = len(_json(facts)) - limit
            if surplus > 0 and name in facts:
                facts[name] = _cut(f"{facts[name]}", surplus)
        return _json(facts)

    @classmethod
    def unpacked(cls, packed: str) -> Self | None:
        """Read a form's state; none if it is none of ours."""
        try:
            facts = json.loads(packed)
            known = {field.name for field in fields(cls)}
            kept = {name: value for name, value in facts.items() if name in known}
            return cls(**kept) if isinstance(kept["form"], str) else None
        except (ValueError, TypeError, AttributeError, KeyError):
            return None


def _facts(form_state: FormState) -> dict[str, Any]:
    facts = {field.name: getattr(form_state, field.name) for field in fields(form_state)}
    return {name: value for name, value in facts.items() if value not in {None, ""}}


def _json(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _cut(text: str, surplus: int) -> str:
    """Drop characters from the end until ``surplus`` of them are saved in JSON.

    >>> _cut("twelve words", 6), _cut('say "hi"', 2)
    ('twelve', 'say "hi')
    """
    saved = 0
    while text and saved < surplus:
        saved += len(json.dumps(text[-1], ensure_ascii=False)) - 2
        text = text[:-1]
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a form or a button is about: the number of a hotfix, and a detail of it.

    >>> Subject.of("2:develop"), Subject.of("")
    (Subject(number=2, detail='develop'), Subject(number=None, detail=''))
    """

    number: int | None
    detail: str = ""

    @classmethod
    def of(cls, about: str) -> Self:
        number, _, detail = about.partition(":")
        return cls(number=int(number) if number.isdecimal() else None, detail=detail)

    @property
    def packed(self) -> str:
        """As it stands in a form's state or on a button."""
        return f"{self.number or ''}:{self.detail}"

    @property
    def step(self) -> StepKind | None:
        """The step that the detail names."""
        return StepKind(self.detail) if self.detail in set(StepKind) else None
