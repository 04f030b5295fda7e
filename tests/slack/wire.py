"""A tiny HTTP server for answers that no healthy Slack gives: cut, garbled, late, or none."""

import json
import socket
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One answer; ``cut`` hangs up without one, and ``stall`` waits until the wire is closed."""

    body: str = '{"ok": true}'
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    stall: bool = False


def yes(**facts: Any) -> Script:
    return Script(body=json.dumps({"ok": True, **facts}))


def no(error: str, **facts: Any) -> Script:
    return Script(body=json.dumps({"ok": False, "error": error, **facts}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came."""

    path: str
    fields: Mapping[str, Any]
    token: str

    @property
    def method(self) -> str:
        return self.path.removeprefix("/api/")


class Wire:
    """Answers with its scripts in order, then with plain yeses; remembers what was asked."""

    def __init__(self) -> None:
        self.scripts: deque[Script] = deque()
        self.asked: list[Asked] = []
        self.closing = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def api(self) -> str:
        return f"{self.address}/api/"

    def will(self, *scripts: Script) -> None:
        self.scripts.extend(scripts)

    def calls(self) -> list[str]:
        return [one.method for one in self.asked]

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            is_json = self.headers.get_content_type() == "application/json"
            fields = json.loads(raw or "{}") if is_json else dict(parse_qsl(raw))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            wire.asked.append(Asked(path=self.path, fields=fields, token=token))
            script = wire.scripts.popleft() if wire.scripts else Script()
            if script.stall:
                wire.closing.wait()
            if script.cut or script.stall:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(script.status)
            for name, value in script.headers.items():
                self.send_header(name, value)
            body = script.body.encode()
            if "Content-Length" not in script.headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: what was asked is kept."""

    return Handler
