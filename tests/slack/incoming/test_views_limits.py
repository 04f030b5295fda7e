"""Forms within Slack's limits, however much there is to show and however odd it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from slack_sdk.models.views import View

from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.slack.forms import (
    choose,
    declare,
    lifecycle,
    page,
    promises,
    roles,
    task,
    timeline,
    update,
)
from chatops.adapters.slack.forms.declare import DeclareFormContext
from chatops.adapters.slack.forms.fields import Entered, FieldOption, choice_field
from chatops.adapters.slack.forms.form_layout import FormContext, loading, working
from chatops.application.queries import IncidentView
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.playbook.policy import Playbook, RoleSpec
from chatops.domain.promises.model import Promise
from chatops.domain.promises.while_running import severity_promises
from chatops.domain.tasks import Task
from chatops.playground.slack.blocks.spec import offered
from chatops.playground.slack.blocks.surfaces import complaints_about_view
from tests.slack.incoming.bench import TEMPLATES, shown

SAM = "U012AB3CD"
LINK = "https://example.slack.com/archives/C012/p17"
NOW = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
_SHELF = PlaybookRepository(TEMPLATES / "priority", templates=TEMPLATES)
_PLAYBOOK = _SHELF.revive(_SHELF.current())

ODD = (
    "<!channel> <@U1> & \u202e\u2066turned\u2069 `code` *bold* ```fence``` \x00\x1b[31m \u200b"
    " 🔥 سلام 決済 \n\n\n\t end"
)
LONG = "much too long " * 400


def playbook(words: str, *, severities: int = 3) -> Playbook:
    worst = _PLAYBOOK.severities[0]
    many = tuple(
        replace(
            worst,
            key=f"S{number}",
            name=words or worst.name,
            definition=words or worst.definition,
            examples=(words or "an example",) * 12,
        )
        for number in range(severities)
    )
    parts = tuple(
        RoleSpec(key=f"role{number}", name=words or "Pilot", duty=words or "Flies")
        for number in range(60)
    )
    return replace(_PLAYBOOK, severities=many, roles=(*_PLAYBOOK.roles, *parts), when_unsure=words)


def incident(words: str, **facts: Any) -> Incident:
    return replace(
        Incident(
            id=7,
            team="T1",
            year=2026,
            number=7,
            reference="INC-2026-007",
            title=words or "Checkout is down",
            severity="S0",
            severity_since=NOW,
            playbook="digest",
            declared_by=SAM,
            declared_at=NOW,
            detected_at=NOW,
            fix=words,
            root_cause=words,
        ),
        **facts,
    )


def scene(words: str, form: str, **facts: Any) -> FormContext:
    book = playbook(words)
    about = incident(words, **facts)
    promises: tuple[Promise, ...] = tuple(severity_promises(about, book.severities[0], NOW))
    tasks = tuple(
        Task(incident=7, number=number, text=words or "ask", made_by=SAM, made_at=NOW)
        for number in range(30)
    )
    form_state = FormState(
        form=form, incident=7, text=words, reason=words, source=LINK, author=SAM, seen=words
    )
    known = IncidentView(incident=about, playbook=book, tasks=tasks, promises=promises)
    return FormContext(known=known, form_state=form_state, user=SAM, now=NOW)


def declaring(words: str, *, severities: int = 3, services: int = 3) -> View:
    caller = Caller(team="T1", user=SAM, now=NOW, once="x")
    return declare.build(
        DeclareFormContext(
            playbook=playbook(words, severities=severities),
            services=tuple(f"{words} {number}" for number in range(services)),
            form_state=FormState(form="form_declare", text=words, reason=words, author=SAM),
            caller=caller,
            similar=(incident(words),) * 3,
        )
    )


@cache
def forms(words: str) -> dict[str, View]:
    over = {"resolved_at": NOW + timedelta(hours=1), "status": "resolved"}
    entry = Entry(
        incident=7, at=NOW, written_at=NOW, kind=EntryKind.NOTE, actor=SAM, text=words or "note"
    )
    names = tuple(f"{words} {number}" for number in range(120))
    return {
        "declare": declaring(words),
        "update": update.build(scene(words, "form_update")),
        "severity": lifecycle.build_severity(scene(words, "form_severity")),
        "roles": roles.build(scene(words, "form_roles")),
        "page": page.build(scene(words, "form_page"), names),
        "note": timeline.build_note(scene(words, "form_note")),
        "correct": timeline.build_correction(scene(words, "form_correct"), entry),
        "task": task.build(scene(words, "form_task")),
        "decide": timeline.build_decision(scene(words, "form_decide")),
        "resolve": lifecycle.build_resolve(scene(words, "form_resolve")),
        "reopen": lifecycle.build_reopen(_over(words, "form_reopen", over)),
        "close": lifecycle.build_close(_over(words, "form_close", over)),
        "snooze": promises.build_snooze(scene(words, "form_snooze")),
        "waive": promises.build_waive(scene(words, "form_waive")),
        "choose": choose.build(
            [incident(words, id=number) for number in range(1, 151)],
            FormState(form="form_update", text=words),
        ),
        "loading": loading(),
        "working": working("view:V1:hash"),
    }


def _over(words: str, form: str, over: dict[str, Any]) -> FormContext:
    running = scene(words, form)
    known = running.known
    ended = known.incident.resolved(root_cause="", fix="", now=over["resolved_at"])
    return replace(
        running,
        known=IncidentView(
            incident=ended,
            playbook=known.playbook,
            tasks=known.tasks,
            promises=known.promises,
        ),
    )


@pytest.mark.parametrize("name", sorted(forms("")))
@pytest.mark.parametrize("words", ["", ODD, LONG, ODD * 100, "x", "\u202e" * 50, "🔥" * 3000])
def test_slack_takes_every_form_whatever_is_written_in_it(name: str, words: str) -> None:
    view = forms(words)[name].to_dict()

    assert complaints_about_view(view) == []
    for text in mrkdwn(view):
        assert "<!channel>" not in text


def mrkdwn(value: Any) -> list[str]:
    """Every text of a view that Slack would read for mentions."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            return [value["text"]]
        return [text for inner in value.values() for text in mrkdwn(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in mrkdwn(inner)]
    return []


@pytest.mark.parametrize(("count", "kind"), [(10, "radio_buttons"), (11, "static_select")])
def test_more_choices_than_fit_in_sight_become_a_list(count: int, kind: str) -> None:
    view = declaring("", severities=count).to_dict()

    assert complaints_about_view(view) == []
    (field,) = [one for one in view["blocks"] if one.get("block_id") == "severity"]
    assert field["element"]["type"] == kind


@pytest.mark.parametrize("count", [0, 1, 100, 101, 500])
@pytest.mark.parametrize("words", ["", ODD])
def test_every_service_is_offered_however_many_there_are(words: str, count: int) -> None:
    view = declaring(words, services=count).to_dict()

    assert complaints_about_view(view) == []
    fields = [one for one in view["blocks"] if one.get("block_id") == "service"]
    assert sum(len(offered(one["element"])) for one in fields) == count


def test_services_that_look_alike_to_slack_break_no_list() -> None:
    assert complaints_about_view(declaring(LONG, services=500).to_dict()) == []


def test_a_list_beyond_all_measure_says_what_is_left_out() -> None:
    view = declaring("", services=1200).to_dict()

    assert complaints_about_view(view) == []
    (field,) = [one for one in view["blocks"] if one.get("block_id") == "service"]
    assert len(offered(field["element"])) == 500
    assert "500 of 1200 fit here" in field["hint"]["text"]


def test_of_two_that_look_alike_to_slack_one_is_offered() -> None:
    twins = [FieldOption(value="same", label="One"), FieldOption(value="same", label="Other")]

    field = choice_field("field", "Field", twins).to_dict()

    assert [option["text"]["text"] for option in field["element"]["options"]] == ["Other"]


def test_the_channels_name_is_told_as_slack_will_write_it() -> None:
    view = declaring("Checkout is DOWN & out <!channel>")

    assert "#incident-2026-NNN" in shown(view.to_dict())


def test_a_field_that_is_not_there_is_empty() -> None:
    entered = Entered({})

    assert entered.text("x") == entered.choice("x") == ""
    assert entered.people("x") == entered.choices("x") == ()
    assert entered.person("x") is None
    assert not entered.ticked("x")
