import socket
import threading

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatops.playground.serving import ThreadedServer
from tests.machine import PATIENCE


async def greet(_http: Request) -> Response:
    return Response("hello")


APP = Starlette(routes=[Route("/", greet)])


def test_an_app_is_served_until_the_server_stops() -> None:
    with ThreadedServer() as server:
        server.start(APP)
        assert httpx.get(server.url).text == "hello"
        url = server.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_stopping_leaves_no_thread_and_frees_the_port() -> None:
    with ThreadedServer() as server:
        server.start(APP)
        port = int(server.url.rpartition(":")[2])
        httpx.get(server.url)
    assert server.url not in {one.name for one in threading.enumerate()}
    with socket.create_server(("127.0.0.1", port)), pytest.raises(OSError, match="in use"):
        ThreadedServer(port=port)


def test_a_client_that_stays_connected_does_not_hold_the_server_up() -> None:
    with httpx.Client() as client, ThreadedServer() as server:
        server.start(APP)
        assert client.get(server.url).text == "hello"


def test_connections_made_while_stopping_are_closed() -> None:
    stopping = threading.Event()
    answers: list[str] = []

    def knock(url: str) -> None:
        while not stopping.is_set():
            try:
                answers.append(httpx.get(url, timeout=PATIENCE).text)
            except httpx.TransportError as error:
                answers.append(type(error).__name__)

    for _ in range(5):
        with ThreadedServer() as server:
            server.start(APP)
            threads = [threading.Thread(target=knock, args=(server.url,)) for _ in range(3)]
            for thread in threads:
                thread.start()
            httpx.get(server.url)
        stopping.set()
        for thread in threads:
            thread.join()
        stopping.clear()

    assert "ReadTimeout" not in answers
    assert answers


def test_a_server_that_was_never_started_stops() -> None:
    with ThreadedServer() as server:
        assert server.url.startswith("http://127.0.0.1:")
