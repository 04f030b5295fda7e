"""The table of commands, and how what is typed is understood."""

import html
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.commands.action import Action, ParsedCommand
from chatops.commands.catalogue import INCIDENT
from chatops.commands.parser import parse, vocabulary
from chatops.commands.usage import DidYouMean, help_text
from chatops.commands.words import Mentioned, readable
from chatops.domain.errors import UnknownPerson, UnknownSeverity, UserError
from chatops.domain.team import Team
from chatops.domain.time.parse import InvalidTime
from tests.slack.incoming.bench import TEMPLATES

_SHELF = PlaybookRepository(TEMPLATES / "priority", templates=TEMPLATES)
_PLAYBOOK = _SHELF.revive(_SHELF.current())
KNOWN = vocabulary(Team(audiences={"on_call": ("U1",)}), _PLAYBOOK, INCIDENT)


def typed(text: str) -> ParsedCommand:
    return parse(text, KNOWN)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("", "help"),
        ("  ", "help"),
        ("help", "help"),
        ("help me", "help"),
        ("UPDATE", "update"),
        ("timeline", "timeline"),
        ("timeline show", "timeline"),
        ("timeline add rolled back", "note"),
        ("timeline edit 4 rolled back at last", "correct"),
        ("task", "tasks"),
        ("task add ask the vendor", "task"),
        ("task done 3", "task_done"),
        ("task assign #3 <@U2|sam>", "task_assign"),
        ("checkout is down", "declare"),
        ("payments", "declare"),
        ("ack", "acknowledge"),
        ("Acknowledge", "acknowledge"),
        ("ack INC-2026-014", "acknowledge"),
        ("status", "status"),
        ("status INC-2026-014", "status"),
        ("due", "due"),
    ],
)
def test_the_first_words_say_what_is_ordered(text: str, order: str) -> None:
    assert typed(text).action.name == order


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("checkout is down", "form_declare"),
        ("declare", "form_declare"),
        ("declare checkout is down", "form_declare"),
        ("declare P0", "form_declare"),
        ("declare P0 checkout is down", ""),
        ("update", "form_update"),
        ("update we know why", "form_update"),
        ("severity", "form_severity"),
        ("severity P0", ""),
        ("role", "form_roles"),
        ("role commander", ""),
        ("page", "form_page"),
        ("page <@U2|sam>", ""),
        ("timeline add", "form_note"),
        ("timeline add 14:30", "form_note"),
        ("timeline add 14:30 rolled back", ""),
        ("timeline edit 4", "form_correct"),
        ("task add", "form_task"),
        ("decide", "form_decide"),
        ("decide roll back", "form_decide"),
        ("decide roll back because it is quicker", ""),
        ("resolve rolled back", "form_resolve"),
        ("reopen", "form_reopen"),
        ("reopen it is back", ""),
        ("close", "form_close"),
        ("close done elsewhere", ""),
        ("snooze", "form_snooze"),
        ("snooze 20 min", "form_snooze"),
        ("snooze waiting", "form_snooze"),
        ("snooze 20 min waiting", ""),
        ("waive", "form_waive"),
        ("waive nobody reads it", ""),
        ("join", ""),
    ],
)
def test_a_form_opens_unless_enough_was_typed(text: str, form: str) -> None:
    assert typed(text).form == form


_SAMPLES = {
    "known_severity": "P1",
    "severity": "P1",
    "role": "scribe",
    "holder": "<@U2|sam>",
    "people": "<@U2|sam>",
    "owner": "<@U2|sam>",
    "number": "3",
    "until": "20 min",
    "what": "post-mortem",
    "clock": "14:30",
    "text": "it is back",
    "note": "it is back",
    "decision": "roll back because it is quicker",
    "reason": "it is back",
    "period": "2026-03 by service",
    "digest": "weekly",
    "question": "root_cause",
    "day": "yesterday 22:10",
    "export": "canvas",
    "scenario": "full-database",
    "pace": "2x",
    "begin": "15:30",
}


@pytest.mark.parametrize("row", INCIDENT.actions, ids=lambda row: row.pattern)
def test_every_row_is_understood_as_it_is_shown(row: Action) -> None:
    written = [*row.words, *(_SAMPLES[each.kind.name] for each in row.arguments)]

    understood = typed(" ".join(written))

    assert understood.action == row
    assert understood.form == ("" if row.enough else row.form)


def test_mentions_are_people_and_groups() -> None:
    page = typed("page <@U2|sam>, <!subteam^S1|@ops> and on-call the database is full")

    assert page.people == (
        Mentioned(id="U2"),
        Mentioned(id="S1", is_group=True),
        Mentioned(id="on_call", is_group=True),
    )
    assert page.reason == "the database is full"


def test_nobody_is_paged_who_is_not_mentioned() -> None:
    with pytest.raises(UnknownPerson, match=r"nobody called “bob”\. Mention a person or one of on"):
        typed("page bob")
    with pytest.raises(DidYouMean, match=r"nobody called “is”\. Mention a person or one of on_"):
        typed("page is blank")


@pytest.mark.parametrize(
    ("text", "role", "holder"),
    [
        ("role commander <@U2|sam>", "commander", "U2"),
        ("role incident commander <@U2|sam>", "incident commander", "U2"),
        ("role commander", "commander", "me"),
        ("role scribe me", "scribe", "me"),
        ("role scribe nobody", "scribe", "nobody"),
    ],
)
def test_a_role_goes_to_somebody_to_me_or_to_nobody(text: str, role: str, holder: str) -> None:
    assert (typed(text).role, typed(text).holder) == (role, holder)


def test_a_role_goes_to_people_not_to_groups() -> None:
    with pytest.raises(UserError, match="one person"):
        typed("role commander <!subteam^S1|@ops>")


@pytest.mark.parametrize("text", ["role commander @samm", "task assign 1 @samm"])
def test_a_name_that_is_nobodys_is_said_to_be(text: str) -> None:
    with pytest.raises(UnknownPerson, match="nobody called “@samm”"):
        typed(text)


@pytest.mark.parametrize(
    ("text", "time", "reason"),
    [
        ("snooze 20 min waiting for the vendor", "20 min", "waiting for the vendor"),
        ("snooze 20min waiting", "20min", "waiting"),
        ("snooze for 1 h 30 min waiting", "1 h 30 min", "waiting"),
        ("snooze until 15:30 the vendor calls", "15:30", "the vendor calls"),
        ("snooze 3 people are asleep", "", "3 people are asleep"),
        ("snooze 3:30 PM the vendor calls", "3:30 PM", "the vendor calls"),
        ("snooze tomorrow 10:00 they sleep", "tomorrow 10:00", "they sleep"),
    ],
)
def test_a_time_stands_before_its_reason(text: str, time: str, reason: str) -> None:
    assert (typed(text).time, typed(text).reason) == (time, reason)


@pytest.mark.parametrize(
    ("text", "time", "note"),
    [
        ("timeline add 13:50 CET rolled back", "13:50 CET", "rolled back"),
        ("timeline add yesterday 1:50 pm it began", "yesterday 1:50 pm", "it began"),
        ("timeline add 20 min ago it began", "20 min ago", "it began"),
        ("timeline add 20 min of errors", "", "20 min of errors"),
    ],
)
def test_a_note_says_first_when_it_was(text: str, time: str, note: str) -> None:
    assert (typed(text).time, typed(text).text) == (time, note)


@pytest.mark.parametrize(
    "text",
    [
        "snooze tomorrow",
        "snooze 3",
        "timeline add 25:99 hm",
        "timeline add 13:50 IST rolled back",
        "drill full-database 2x tomorrow",
        "review tomorrow 10",
        "postmortem began yesterday",
    ],
)
def test_a_time_that_is_not_certain_is_asked_back_and_never_kept_as_text(text: str) -> None:
    with pytest.raises(InvalidTime, match="Write it as"):
        typed(text)


def test_an_owner_stands_at_either_end_of_a_task() -> None:
    for text in ("task add <@U2|sam> ask the vendor", "task add ask the vendor <@U2|sam>"):
        assert typed(text).people == (Mentioned(id="U2"),)
        assert typed(text).text == "ask the vendor"
    assert typed("task add tell <@U2|sam> to stop").text == "tell <@U2> to stop"


def test_a_reference_comes_first_in_any_case() -> None:
    severity = typed("severity inc-2026-014: P0 it spreads")

    assert severity.reference == "inc-2026-014"
    assert (severity.severity, severity.reason) == ("P0", "it spreads")


def test_a_playbook_decides_how_references_look() -> None:
    playbook = replace(_PLAYBOOK, reference="Störung {number}/{year}")

    known = vocabulary(Team(), playbook, INCIDENT)

    assert known.reference.fullmatch("INC-2026-014")
    assert not known.reference.fullmatch("gpt-4")


def test_what_slack_escapes_is_read_as_it_was_typed() -> None:
    text = "update &lt;!channel&gt; &amp; <@U2|sam> in <#C1|general>, see <https://x.test|x.test>"

    assert typed(text).text == "<!channel> & @sam in #general, see https://x.test"


@pytest.mark.parametrize("quotes", ['"{}"', "“{}”", "„{}“", "«{}»", "'{}'"])
def test_quotes_around_the_whole_are_dropped(quotes: str) -> None:
    assert typed(f"declare P1 {quotes.format('checkout is down')}").text == "checkout is down"


def test_a_slip_of_the_finger_is_no_title() -> None:
    with pytest.raises(DidYouMean, match="Did you mean `/incident update`"):
        typed("udpate")
    with pytest.raises(DidYouMean, match="`/incident resolve`"):
        typed("reslove")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("sevrity P1", "severity P1"),
        ("uodate hello", "update hello"),
        ("update: hello", "update hello"),
        ("acknowlege", "ack"),
        ("akc", "ack"),
        ("deu mine", "due mine"),
        ("udpate <@U2|sam> knows why", "update <@U2|sam> knows why"),
        ("status inc-2026-001.", "status inc-2026-001"),
        ("update inc-2026-001. we know why", "update inc-2026-001 we know why"),
        ("INC-2026-001", "status INC-2026-001"),
        ("INC-2026-001 update we know", "update INC-2026-001 we know"),
        ("task ad buy milk", "task add buy milk"),
        ("sttus page down", "status"),
        ("uodate inc-2026-001. we know", "update inc-2026-001 we know"),
    ],
)
def test_a_slip_never_opens_a_declaration_whatever_follows_it(text: str, command: str) -> None:
    with pytest.raises(DidYouMean) as asked:
        typed(text)

    assert (asked.value.command, asked.value.title) == (command, text)
    assert f"`/incident {readable(command)}`" in str(asked.value)
    assert f"`/incident declare {readable(text)}`" in str(asked.value)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("status page down", "status"),
        ("status page is down", "status"),
        ("list of orders is empty", "list"),
        ("timeline page is blank", "timeline"),
        ("task queue is stuck", "task"),
        ("page load is slow", "page"),
        ("severity labels are wrong", "severity"),
        ("review process is broken", "review"),
        ("update server is down", "update server is down"),
        ("role assignment is broken", "role assignment is broken"),
        ("close button does not work", "close button does not work"),
        ("help desk is down", "help desk is down"),
    ],
)
def test_a_sub_command_that_reads_like_a_title_is_asked_back(text: str, command: str) -> None:
    with pytest.raises(DidYouMean) as asked:
        typed(text)

    assert (asked.value.command, asked.value.title) == (command, text)


@pytest.mark.parametrize(
    "text",
    [
        "update we know why",
        "update payments are back in Europe",
        "update the server is down",
        "close done elsewhere",
        "resolve cache was full",
        "reopen it is down again",
        "severity P0 checkout is down",
        "still-there checkout is down",
        "timeline add checkout is down",
        "declare update server is down",
    ],
)
def test_arguments_that_read_like_themselves_are_not_asked_back(text: str) -> None:
    assert typed(text).action.words[0] == text.split(maxsplit=1)[0]


@given(
    st.lists(
        st.sampled_from(
            ["sttus", "status", "uodate", "update", "page", "task", "ad", "drill", "INC-2026-001",
             "inc-2026-001.", "server", "is", "down", "<@U2|sam>", "P0", "15:30", "3", "hello"]
        ),
        max_size=5,
    )
)  # fmt: skip
@example(["sttus", "inc-2026-001.", "sttus"])
@example(["status", "inc-2026-001.", "sttus"])
def test_what_is_offered_is_not_asked_back_again(pieces: list[str]) -> None:
    try:
        typed(" ".join(pieces))
    except DidYouMean as asked:
        try:
            parse(asked.command, KNOWN, sure=True)
        except DidYouMean as again:
            raise AssertionError(asked.command) from again
        except UserError:
            pass
    except UserError:
        pass


def test_what_was_asked_back_and_is_meant_is_understood() -> None:
    update = parse("update server is down", KNOWN, sure=True)

    assert (update.action.name, update.text) == ("update", "server is down")


@pytest.mark.parametrize(
    "text",
    ["checkout is down", "database is slow", "rack 7 has no power", "duo is down", "payments"],
)
def test_a_title_that_resembles_no_sub_command_is_declared(text: str) -> None:
    assert (typed(text).action.name, typed(text).text) == ("declare", text)


def test_a_command_that_lacks_what_it_needs_tells_its_usage() -> None:
    with pytest.raises(UserError, match=r"/incident task done <number>"):
        typed("task done")
    with pytest.raises(UserError, match=r"/incident task assign <number> <@person>"):
        typed("task assign 3")


def test_an_unknown_second_word_tells_all_that_there_is() -> None:
    with pytest.raises(UserError, match=r"(?s)task add .*task done"):
        typed("task ad")
    with pytest.raises(DidYouMean, match="To declare it as an incident: `/incident declare task q"):
        typed("task queue is stuck")


def test_a_severity_of_another_scale_is_refused() -> None:
    with pytest.raises(UnknownSeverity, match="Pick one of P0, P1, P2"):
        typed("declare SEV1 checkout is down")


def test_help_is_made_from_the_table() -> None:
    text = help_text("/oops", INCIDENT)

    assert "`/oops declare [severity] [title]`" in text
    assert "`/oops timeline [add | edit]`" in text
    assert len(text) < 3000


def test_every_command_stands_in_one_chapter_of_the_help() -> None:
    named = [row.words[0] for row in INCIDENT.actions if row.chapter is not None]

    assert sorted(named) == sorted({row.words[0] for row in INCIDENT.actions})


@pytest.mark.parametrize("row", INCIDENT.actions)
def test_the_help_about_a_word_says_all_about_it(row: Action) -> None:
    text = help_text("/oops", INCIDENT, about=typed(f"help {row.words[0].upper()}").text)

    assert row.help in text
    assert html.escape(f"`/oops {row.pattern}`", quote=False) in text
    assert len(text) < 3000


def understood_or_refused(text: str) -> str:
    try:
        return typed(text).action.name
    except UserError as mistake:
        return str(mistake)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_understood_or_refused_in_words(text: str) -> None:
    assert understood_or_refused(text)


@given(
    st.sampled_from([" ".join(row.words) for row in INCIDENT.actions]),
    st.lists(
        st.sampled_from(
            ["<@U2|sam>", "<@U2>", "<!subteam^S1|@ops>", "P0", "14:30", "20 min", "INC-2026-001",
             "because", "&lt;", "on_call", "3", "\n", "“", "me", "nobody", "🔥"]
        ),
        max_size=6,
    ),
)  # fmt: skip
def test_any_mixture_of_arguments_is_understood_or_refused(words: str, rest: list[str]) -> None:
    assert understood_or_refused(" ".join([words, *rest]))
