from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from starlette.responses import Response

from chatops.playground.page.requests import Idempotency
from tests.machine import PATIENCE


def test_a_repetition_waits_for_the_answer_to_the_first() -> None:
    idempotency, started, released = Idempotency(), Event(), Event()
    done: list[str] = []

    def work() -> Response:
        done.append("once")
        started.set()
        assert released.wait(PATIENCE)
        return Response("answer")

    with ThreadPoolExecutor() as pool:
        first = pool.submit(idempotency.once, "key", work)
        assert started.wait(PATIENCE)
        again = pool.submit(idempotency.once, "key", work)
        released.set()

        assert first.result() is again.result()
    assert done == ["once"]


def test_without_a_key_everything_is_done() -> None:
    idempotency = Idempotency()

    assert idempotency.once(None, lambda: Response("a")).body == b"a"
    assert idempotency.once(None, lambda: Response("b")).body == b"b"


def test_what_fails_fails_again_the_same_way() -> None:
    idempotency = Idempotency()

    def work() -> Response:
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            idempotency.once("key", work)


def test_old_answers_are_forgotten() -> None:
    idempotency = Idempotency()
    for number in range(600):
        idempotency.once(str(number), Response)

    assert idempotency.once("0", lambda: Response("new")).body == b"new"
