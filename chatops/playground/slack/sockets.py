"""Socket Mode: connections that the bot opens, envelopes down, acknowledgements up."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from itertools import count
from threading import Condition
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from chatops.playground.slack.call_log import DeliveryKind
from chatops.playground.slack.signing import DeliveryReceipt, SignedRequest

_ENVELOPE_TYPES = {
    DeliveryKind.COMMAND: "slash_commands",
    DeliveryKind.INTERACTION: "interactive",
    DeliveryKind.SUGGESTION: "interactive",
    DeliveryKind.EVENT: "events_api",
}


@dataclass(frozen=True, slots=True)
class _Connection:
    """A connected client and the loop it lives on."""

    websocket: WebSocket
    loop: asyncio.AbstractEventLoop

    def send(self, message: Mapping[str, Any], patience: float) -> None:
        sending = asyncio.run_coroutine_threadsafe(
            self.websocket.send_text(json.dumps(message)), self.loop
        )
        sending.result(patience)

    def close(self, patience: float) -> None:
        closing = asyncio.run_coroutine_threadsafe(self.websocket.close(), self.loop)
        closing.result(patience)


class SocketHub:
    """All Socket Mode connections; a request goes to any one of them."""

    def __init__(self, *, app_id: str, patience: float) -> None:
        self._app_id = app_id
        self._patience = patience
        self._changed = Condition()
        self._connections: list[_Connection] = []
        self._waiting: dict[str, Future[Mapping[str, Any]]] = {}
        self._numbers = count(1)

    @property
    def connected(self) -> int:
        return len(self._connections)

    def wait_until_connected(self, clients: int, timeout: float = 30) -> bool:
        """Wait until exactly so many clients are connected; say whether it came to that."""
        with self._changed:
            return self._changed.wait_for(lambda: self.connected == clients, timeout)

    async def serve(self, websocket: WebSocket) -> None:
        """Keep one connection until its client leaves."""
        await websocket.accept()
        connection = _Connection(websocket, asyncio.get_running_loop())
        with self._changed:
            self._connections.append(connection)
            self._changed.notify_all()
        try:
            await websocket.send_text(json.dumps(self._hello()))
            while True:
                self._acknowledge(await websocket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            with self._changed:
                self._connections.remove(connection)
                self._changed.notify_all()

    def deliver(self, request: SignedRequest) -> DeliveryReceipt:
        """Send a request down a random connection and wait for its acknowledgement."""
        with self._changed:
            if not self._connections:
                return DeliveryReceipt(outcome="unreachable", over_socket=True)
            connection = secrets.choice(self._connections)
            envelope_id = f"envelope-{next(self._numbers)}"
            answer: Future[Mapping[str, Any]] = Future()
            self._waiting[envelope_id] = answer
        try:
            connection.send(_envelope(envelope_id, request), self._patience)
            payload = answer.result(self._patience)
        except FutureTimeoutError:
            return DeliveryReceipt(outcome="timeout", over_socket=True)
        except (RuntimeError, WebSocketDisconnect):
            return DeliveryReceipt(outcome="unreachable", over_socket=True)
        finally:
            self._waiting.pop(envelope_id, None)
        body = json.dumps(payload) if payload else ""
        return DeliveryReceipt(outcome="ok", status=200, body=body, over_socket=True)

    def disconnect(self, reason: str = "refresh_requested") -> int:
        """Tell every client to go, as Slack does from time to time; say how many were told."""
        with self._changed:
            connections = tuple(self._connections)
        farewell = {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}
        for connection in connections:
            connection.send(farewell, self._patience)
        return len(connections)

    def hang_up(self) -> None:
        """Cut every connection without a word."""
        with self._changed:
            connections = tuple(self._connections)
        for connection in connections:
            connection.close(self._patience)

    def _hello(self) -> Mapping[str, Any]:
        return {
            "type": "hello",
            "num_connections": self.connected,
            "debug_info": {
                "host": "playground",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._app_id},
        }

    def _acknowledge(self, text: str) -> None:
        try:
            message = json.loads(text)
        except ValueError:
            return
        answer = self._waiting.get(message.get("envelope_id", ""))
        if answer is not None and not answer.done():
            answer.set_result(message.get("payload") or {})


def _envelope(envelope_id: str, request: SignedRequest) -> Mapping[str, Any]:
    envelope = {
        "envelope_id": envelope_id,
        "type": _ENVELOPE_TYPES[request.kind],
        "payload": dict(request.payload),
        "accepts_response_payload": request.kind is not DeliveryKind.EVENT,
    }
    if request.kind is DeliveryKind.EVENT:
        envelope |= {"retry_attempt": request.attempt, "retry_reason": request.retry_reason}
    return envelope
