"""The shop over HTTP: its health, its till, and the door through which it is deployed."""

import hmac
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from chatops.playground.shop.servers import NotDeployed, ServerPlace, Servers, Wish

_OK, _BAD_REQUEST, _FORBIDDEN, _BROKEN, _UNAVAILABLE = 200, 400, 403, 500, 503
#: How the last line of a deploy's answer begins.
DONE, FAILED = "done: ", "failed: "


class DeployOrder(BaseModel):
    """What the deploy program asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: ServerPlace = ServerPlace.PRODUCTION
    sha: str = ""
    version: str = ""
    back: bool = False
    flag: Literal["", "new-checkout"] = ""
    on: bool = False


def shop_routes(servers: Servers) -> list[Route]:
    """What is served below ``/shop``: production, and the same again below ``staging/``."""
    routes = _ShopRoutes(servers)
    return [
        Route("/health", routes.health),
        Route("/pay", routes.pay),
        Route("/{place}/health", routes.health),
        Route("/{place}/pay", routes.pay),
        Route("/deploy", routes.deploy, methods=["POST"]),
    ]


class _ShopRoutes:
    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    def health(self, request: Request) -> Response:
        health = self._servers.health(self._place(request))
        told: dict[str, Any] = {
            "status": health.status,
            "version": health.release.version,
            "sha": health.release.sha,
            "errors_percent": health.errors,
            "flags": dict(self._servers.flags),
        }
        return JSONResponse(told, status_code=_OK if health.is_up else _UNAVAILABLE)

    def pay(self, request: Request) -> Response:
        health = self._servers.health(self._place(request))
        if health.pays:
            return JSONResponse({"paid": True})
        error = "TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'"
        return JSONResponse({"paid": False, "error": error}, status_code=_BROKEN)

    async def deploy(self, request: Request) -> Response:
        shown = request.headers.get("authorization", "")
        if not hmac.compare_digest(shown.encode(), f"Bearer {self._servers.token}".encode()):
            return JSONResponse({"error": "This token may not deploy."}, status_code=_FORBIDDEN)
        try:
            order = DeployOrder.model_validate_json(await request.body())
        except ValidationError:
            return JSONResponse({"error": "Nobody can deploy that."}, status_code=_BAD_REQUEST)
        if order.flag:
            await run_in_threadpool(self._servers.switch_flag, on=order.on)
            state = "on" if order.on else "off"
            return Response(f"{DONE}{order.flag} is {state}\n", media_type="text/plain")
        return StreamingResponse(self._lines(order), media_type="text/plain")

    def _lines(self, order: DeployOrder) -> Iterator[str]:
        wish = Wish(to=order.to, sha=order.sha, version=order.version, back=order.back)
        try:
            for line in self._servers.deploy(wish):
                yield f"{line}\n"
        except NotDeployed as error:
            yield f"{FAILED}{error}\n"
        else:
            serving = self._servers.serving(wish.to)
            yield f"{DONE}{wish.to.capitalize()} serves {serving.name}\n"

    def _place(self, request: Request) -> ServerPlace:
        self._servers.follow()
        asked = request.path_params.get("place")
        return ServerPlace.STAGING if asked == ServerPlace.STAGING else ServerPlace.PRODUCTION
