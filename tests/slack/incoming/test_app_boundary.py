"""What people read when something goes wrong, wherever they are looking."""

import logging

import pytest

from chatops.adapters.slack.error_boundary import ErrorBoundary
from chatops.application.ports.chat import ChatRefused, ChatUnreachable
from chatops.domain.errors import NotAllowed, Repeated, UnknownPerson, UserError
from chatops.domain.incident.model import Incident
from chatops.domain.messages.posts import Post
from tests.slack.incoming.bench import Bench, shown


@pytest.fixture
def incident(bench: Bench) -> Incident:
    return bench.declared("sam")


def breaks(bench: Bench) -> None:
    def fire() -> None:
        message = "disk on fire in /var/lib/secret"
        raise OSError(message)

    bench.storage.before = fire


def heals(bench: Bench) -> None:
    bench.storage.before = lambda: None


def told_of(error: Exception) -> list[Post]:
    told: list[Post] = []

    def fails() -> None:
        raise error

    ErrorBoundary("/oops").run("test", fails, told.append)
    return told


def test_a_form_that_cannot_be_filled_says_so_in_its_place(
    bench: Bench, incident: Incident, logged_errors: list[logging.LogRecord]
) -> None:
    breaks(bench)
    bench.types("sam", "/incident update", incident.channel_name)

    text = shown(bench.sees("sam").blocks)
    assert "Something went wrong on my side (ref " in text
    assert "fire" not in text
    reference = text.partition("(ref ")[2].partition(")")[0]
    assert getattr(logged_errors[0], "reference", None) == reference


def test_what_was_typed_outlives_a_failure(
    bench: Bench, incident: Incident, logged_errors: list[logging.LogRecord]
) -> None:
    bench.types("sam", "/incident update", incident.channel_name)
    breaks(bench)
    assert bench.submits("sam", plain="some cannot pay") == {}
    assert "Nothing was changed by this" in shown(bench.sees("sam").blocks)
    assert len(logged_errors) == 1
    heals(bench)
    bench.slack.users.closes("sam")

    assert bench.submits("sam") == {}

    update = bench.again(incident).last_update
    assert update is not None
    assert update.plain == "some cannot pay"


def test_a_form_that_slack_does_not_take_is_a_mistake_of_ours(
    bench: Bench, incident: Incident, logged_errors: list[logging.LogRecord]
) -> None:
    bench.slack.faults.fail("views.update", "invalid_arguments")

    bench.types("sam", "/incident update", incident.channel_name)

    assert "Something went wrong on my side" in shown(bench.sees("sam").blocks)
    assert len(logged_errors) == 1


def test_a_slack_that_does_not_open_forms_offers_them_again(
    bench: Bench, incident: Incident
) -> None:
    bench.slack.faults.fail("views.open", "internal_error", status=500)

    bench.types("sam", "/incident update some cannot pay", incident.channel_name)
    assert bench.sees_no_form("sam")
    bench.presses("sam", "Open again", incident.channel_name)

    assert "some cannot pay" in str(bench.sees("sam").blocks)


def test_a_mistake_is_told_without_being_logged(caplog: pytest.LogCaptureFixture) -> None:
    (post,) = told_of(UserError("Not now; see `/incident due` and `/incidents`."))

    assert post.text == "Not now; see `/oops due` and `/incidents`."
    assert caplog.records == []


def test_people_in_a_mistake_are_mentioned_and_nobody_else_is_called() -> None:
    (refusal,) = told_of(NotAllowed("close", ("commander",), commander="U012AB3CD"))
    (stranger,) = told_of(UnknownPerson("<!channel>", ()))

    assert "<@U012AB3CD>" in refusal.text
    assert "&lt;!channel&gt;" in stranger.text
    assert "&lt;!channel&gt;" in stranger.headline


def test_what_was_done_before_is_passed_over_in_silence() -> None:
    assert told_of(Repeated()) == []


def test_a_slack_out_of_reach_is_told_and_logged_as_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    (post,) = told_of(ChatUnreachable())

    assert post.text == "Slack cannot be reached. Try again in a moment."
    assert [getattr(one, "action", "") for one in caplog.records] == ["slack_trouble"]


def test_an_answer_that_nobody_gets_is_logged(
    caplog: pytest.LogCaptureFixture, logged_errors: list[logging.LogRecord]
) -> None:
    def fails(post: Post) -> None:
        del post
        code, why = "channel_not_found", "The channel is gone"
        raise ChatRefused(code, why)

    def breaks_down() -> None:
        raise ZeroDivisionError

    ErrorBoundary().run("test", breaks_down, fails)

    actions = [getattr(one, "action", "") for one in caplog.records]
    assert actions == ["unexpected", "answer_lost"]
    assert len(logged_errors) == 1
