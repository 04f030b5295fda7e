"""Serves an ASGI app on 127.0.0.1 from a thread of its own; starts and stops at once."""

import asyncio
import socket
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

_GRACE = 2.0
#: So many turns of the loop open what is opening and close what was told to close.
_TURNS = 5


class _CuttableProtocol(H11Protocol):
    """HTTP whose requests can reach their connection, so that one can be cut unanswered."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """A server that stops as soon as it is told to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self.ready.set()
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._stop_accepting(sockets or [])
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(tuple(self.server_state.tasks), timeout=_GRACE)
        await self._cut_the_rest()

    async def _stop_accepting(self, sockets: list[socket.socket]) -> None:
        """Let what was accepted become a connection, since closing the server would lose it."""
        loop = asyncio.get_running_loop()
        for one in sockets:
            loop.remove_reader(one)
        await _turns_of_the_loop()
        for server in self.servers:
            server.close()
        for one in sockets:
            one.close()

    async def _cut_the_rest(self) -> None:
        late = tuple(self.server_state.tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()
        await _turns_of_the_loop()

    def tell_to_stop(self) -> None:
        if self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)


class ThreadedServer:
    """One ASGI app behind one port; a context manager.

    The port is taken when this is made, so that its address is known before the app is.
    """

    def __init__(self, *, port: int = 0) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._server: _Server | None = None
        self._thread: Thread | None = None

    def start(self, app: Any) -> None:
        self._server = _Server(_config(app))
        self._thread = Thread(
            target=self._server.run, args=([self._listener],), name=self.url, daemon=True
        )
        self._thread.start()
        self._server.ready.wait()

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.tell_to_stop()
            self._thread.join()
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


async def _turns_of_the_loop() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


def _config(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_CuttableProtocol,
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
    )
