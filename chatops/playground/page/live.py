"""Tells open pages that the workspace or its clock moved on, as server-sent events."""

import json
from collections.abc import AsyncIterator, Callable

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from chatops.playground.workspace.state import Workspace

#: How long a page waits for a change before the clock is looked at, in seconds.
_PATIENCE = 1.0
_MOST_PAGES = 100


class Live:
    """A stream of revisions for each open page; their waiting does not hold up anything else."""

    def __init__(
        self,
        workspace: Workspace,
        stopping: Callable[[], bool],
        look: Callable[[], object] = lambda: None,
    ) -> None:
        """``look`` is called now and then: it may find that something outside has changed."""
        self._workspace = workspace
        self._stopping = stopping
        self._look = look
        self._limiter = CapacityLimiter(_MOST_PAGES)

    async def stream(self, request: Request) -> Response:
        since = request.query_params.get("since", "")
        return StreamingResponse(
            self._events(int(since) if since.isdecimal() else 0),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def _events(self, shown: int) -> AsyncIterator[str]:
        shown_minute = None
        while not self._stopping():
            now = self._workspace.clock.now()
            minute = now.replace(second=0, microsecond=0)
            revision = self._workspace.revision
            if revision != shown or minute != shown_minute:
                told = {"revision": revision, "now": f"{now:%Y-%m-%dT%H:%M:%SZ}"}
                yield f"data: {json.dumps(told)}\n\n"
            else:
                yield ":\n\n"
            shown, shown_minute = revision, minute
            await self._next_change(shown)

    async def _next_change(self, shown: int) -> None:
        await to_thread.run_sync(self._wait, shown, limiter=self._limiter, abandon_on_cancel=True)

    def _wait(self, shown: int) -> None:
        self._look()
        self._workspace.wait_for_change(shown, _PATIENCE)
