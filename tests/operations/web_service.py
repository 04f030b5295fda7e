"""A web service on loopback that answers as it is told, and remembers who asked."""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

Answer = Callable[["Handler"], None]


class WebService(ThreadingHTTPServer):
    """Serves ``pages`` by path; ``asked`` are the requests, ``closing`` ends slow answers."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], pages: Mapping[str, Answer]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Handler)
        self.pages = pages
        self.asked: list[Mapping[str, str]] = []
        self.closing = Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Those who ask may hang up."""


class Handler(BaseHTTPRequestHandler):
    server: WebService

    def do_GET(self) -> None:
        self.server.asked.append(
            {"path": self.path, **{k.lower(): v for k, v in self.headers.items()}}
        )
        self.server.pages.get(self.path.partition("?")[0], text("lost", status=404))(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in http.server
        pass


def text(body: str | bytes, *, status: int = 200, **headers: str) -> Answer:
    """Answer with a body; headers are written with underscores."""
    content = body.encode() if isinstance(body, str) else body

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def silence(handler: Handler) -> None:
    """Say nothing until the service is closed."""
    handler.server.closing.wait(60)


def drip(beginning: bytes) -> Answer:
    """Begin, and then go on a byte at a time, for ever."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(beginning)
        while not handler.server.closing.wait(0.05):
            handler.wfile.write(b"x")

    return answer


def endless(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
    while not handler.server.closing.is_set():
        handler.wfile.write(b"ok " * 10_000)


def hang_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serving(
    pages: Mapping[str, Answer], *, host: str = "127.0.0.1", trust: ssl.SSLContext | None = None
) -> Iterator[WebService]:
    with WebService((host, 0), pages) as service:
        if trust is not None:
            service.socket = trust.wrap_socket(service.socket, server_side=True)
        thread = Thread(target=service.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield service
        finally:
            service.closing.set()
            service.shutdown()
            thread.join()


def has_ipv6() -> bool:
    with suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return True
    return False
