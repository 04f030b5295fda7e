"""The port to running services, in one piece."""

import os

import pytest

from chatops.adapters.operations.adapter import ServiceOperations
from chatops.application.ports.external import Operations
from chatops.domain.services import Check, Command, Service
from tests.operations.web_service import serving, text

SECRET = "s3cr3t-token-0123456789"


@pytest.fixture
def operations() -> Operations:
    return ServiceOperations({"PATH": os.defpath}, secrets=[SECRET])


def test_a_command_is_shown_and_run(operations: Operations) -> None:
    command = Command(run=("echo", "v{version}", SECRET))
    heard: list[str] = []
    assert operations.show(command, {"version": "1.2.4"}) == "echo v1.2.4 ***"
    ran = operations.run(command, {"version": "1.2.4"}, tell=heard.append)
    assert (ran.good, ran.output, heard) == (True, "v1.2.4 ***", ["v1.2.4 ***"])


def test_a_service_is_looked_at(operations: Operations) -> None:
    with serving({"/": text(f"{SECRET} 0.3")}) as web:
        check = Check(title="Up", url=f"http://127.0.0.1:{web.port}/", equals="0.3")
        service = Service(name="shop", internal=True)
        reading = operations.look(service, check, {}, first=None)
    assert (reading.good, reading.said) == (False, "200, *** 0.3, wanted 0.3")
