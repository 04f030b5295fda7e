"""The door for Slack's requests over HTTP: bounded, and answered off the event loop."""

import re
from collections.abc import Awaitable, Callable

from slack_bolt import App, BoltRequest, BoltResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

#: Slack's largest payloads are views of 250 kB, URL-encoded.
LARGEST = 2_000_000

_TIMESTAMP = re.compile(r"[0-9]{1,12}")

#: What Bolt raises while it reads a body, which it does before it checks the signature.
_NONSENSE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


class _TooLarge(Exception):
    """The body does not end where Slack's would."""


def slack_endpoint(app: App) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for ``POST /slack/events``."""

    async def endpoint(request: Request) -> Response:
        if not _TIMESTAMP.fullmatch(request.headers.get("x-slack-request-timestamp", "")):
            return PlainTextResponse("not signed", status_code=401)
        try:
            asked = _asked(request, await _body(request))
        except _TooLarge:
            return PlainTextResponse("too large", status_code=413)
        except (*_NONSENSE, ClientDisconnect):
            return PlainTextResponse("not understood", status_code=400)
        return _response(await run_in_threadpool(app.dispatch, asked))

    return endpoint


def _asked(request: Request, body: bytes) -> BoltRequest:
    return BoltRequest(
        body=body.decode(),
        query=request.url.query,
        headers={name: request.headers.getlist(name) for name in request.headers},
    )


async def _body(request: Request) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            raise _TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


def _response(answer: BoltResponse) -> Response:
    headers = {
        name: values[0] for name, values in answer.headers.items() if name != "content-length"
    }
    return Response(content=answer.body, status_code=answer.status, headers=headers)
