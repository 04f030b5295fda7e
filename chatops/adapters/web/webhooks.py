"""What the webhooks share: a route that answers in JSON, and bodies of a bounded size."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Refused(Exception):
    """A request that is not heard, and why."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


def webhook(path: str, hear: Callable[[Request], Awaitable[Response]]) -> Route:
    """The route of a webhook; everything that it answers is one JSON object."""

    async def endpoint(request: Request) -> Response:
        try:
            return await hear(request)
        except Refused as refused:
            return JSONResponse({"error": str(refused)}, refused.status)
        except ClientDisconnect:
            return JSONResponse({"error": "the body broke off"}, HTTPStatus.BAD_REQUEST)

    return Route(path, endpoint, methods=["POST"])


async def read_body(request: Request, *, most: int, advice: str = "") -> bytes:
    """What was sent, of at most so many bytes.

    Raises:
        Refused, ClientDisconnect
    """
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            why = f"more than {most} bytes{advice}"
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, why)
        chunks.append(chunk)
    return b"".join(chunks)
