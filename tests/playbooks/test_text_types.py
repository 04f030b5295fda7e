"""Attributes are checked against types: in every branch, in every part that a text uses."""

import pytest

from chatops.adapters.playbooks.text_facts import facts_of, mistaken_attributes
from chatops.domain.messages.templates import ALWAYS, TEMPLATES

MACROS = "{% macro late(told) %}{% for each in told.late %}{{ each.due }}{% endfor %}{% endmacro %}"
FORM = "{% block body %}{{ incident.titel }}{% endblock %}"


def told(text: str, source: str) -> list[tuple[str, int, str]]:
    sources = {text: source, "_macros": MACROS, "_form": FORM}
    return [(each.text, each.line, each.why) for each in mistaken_attributes(text, sources)]


def test_every_fact_that_a_text_may_speak_of_has_a_type() -> None:
    for text, names in TEMPLATES.items():
        assert facts_of(text).keys() == {*ALWAYS, *names}


@pytest.mark.parametrize(
    ("text", "source", "mistake"),
    [
        (
            "update",
            "{% if incident.drill %}\n{{ incident.titel }}{% endif %}",
            ("update", 2, "Incident has no attribute 'titel'; did you mean title?"),
        ),
        ("update", "{{ incident.leader.name }}", ("update", 1, "a text has no attribute 'name'")),
        (
            "hotfix_card",
            "{{ fix.current.lasted(now).hours }}",
            ("hotfix_card", 1, "a duration has no attribute 'hours'"),
        ),
        (
            "board",
            "{% for task in tasks[:3] if not task.donne_at %}{% endfor %}",
            ("board", 1, "Task has no attribute 'donne_at'; did you mean done_at?"),
        ),
        (
            "post_mortem",
            '{{ asked["why"].answers }}',
            ("post_mortem", 1, "AnsweredQuestion has no attribute 'answers'; did you mean answer?"),
        ),
        (
            "post_mortem",
            '{% import "_macros.j2" as form %}{{ form.late(told) }}',
            ("_macros", 1, "LateWord has no attribute 'due'; did you mean due_at?"),
        ),
        (
            "post_mortem",
            '{% import "_macros" as form %}\n{{ form.latte(told) }}',
            ("post_mortem", 2, "_macros.j2 has no macro 'latte'; did you mean late?"),
        ),
        (
            "update",
            '{% extends "_form.j2" %}',
            ("_form", 1, "Incident has no attribute 'titel'; did you mean title?"),
        ),
    ],
)
def test_a_mistaken_attribute_is_told_where_it_stands(
    text: str, source: str, mistake: tuple[str, int, str]
) -> None:
    assert told(text, source) == [mistake]


@pytest.mark.parametrize(
    "source",
    [
        "{{ incident.severity.upper() }}{{ incident.status.label }}{{ now.year }}",
        "{{ (incident.last_update or update).technical }}",
        "{% for key, who in incident.roles.items() %}{{ key.title() }}{{ loop.index }}{% endfor %}",
        "{% set words = update.technical %}{{ words.split() }}",
    ],
)
def test_what_facts_have_is_no_mistake(source: str) -> None:
    assert told("update", source) == []
