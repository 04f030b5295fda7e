"""What a page says when something went wrong."""

import logging

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatops.adapters.playbooks.folders import find_templates
from chatops.adapters.web.pages.errors import PageErrorBoundary
from chatops.adapters.web.pages.rendering import PageRenderer
from tests.web.asking import ask
from tests.web.pages.reader import words_of

BOUNDARY = PageErrorBoundary(PageRenderer(find_templates() / "web"))


def breaks(_request: Request) -> Response:
    raise RuntimeError("xoxb-secret in <the> message")  # noqa: EM101, TRY003 - as a library would


APP = Starlette(
    routes=[
        Route("/broken", BOUNDARY.run(breaks)),
        Route("/broken.json", BOUNDARY.run(breaks)),
    ]
)


def test_a_fault_of_ours_shows_a_reference_and_no_trace(
    logged_errors: list[logging.LogRecord],
) -> None:
    answer = ask(APP, "/broken")
    reference = vars(logged_errors[0])["reference"]
    assert answer.status_code == 500
    assert reference in words_of(answer)
    assert "xoxb-secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_program_gets_the_same_as_data(logged_errors: list[logging.LogRecord]) -> None:
    answer = ask(APP, "/broken.json")
    assert answer.status_code == 500
    assert answer.json() == {"error": "This page could not be made"}
    assert vars(logged_errors[0])["action"] == "unexpected"
