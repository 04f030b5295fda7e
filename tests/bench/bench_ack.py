"""How soon a slash command is acknowledged, against a bare Bolt app with an empty listener.

Run as ``python -m tests.bench.bench_ack [--full] [--clients N] [--rounds N]``. Each app runs in a
process of its own behind the same endpoint and server; bursts of commands come from another. Ours
answers `/incident list` meanwhile through a response URL that takes everything.
"""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from threading import Barrier, Event
from time import perf_counter
from urllib.parse import urlencode

import httpx
from rich.table import Table
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from chatops.adapters.slack.incoming.app import slack_endpoint
from chatops.clock import SystemClock
from chatops.demo.playground import open_playground
from chatops.playground.serving import ThreadedServer
from chatops.playground.slack.signing import signed_headers
from chatops.serving import LISTENERS, WORKERS, slack_app, web_app
from tests.bench.options import Options
from tests.bench.tables import print_table

SECRET = "playground-signing-secret"
PATH = "/slack/events"
GOAL = 1.5
#: Seconds between bursts, in which what was begun comes to its end.
PAUSE = 1.0


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    server = ThreadedServer()
    server.start(app)
    try:
        yield server.url
    finally:
        server.stop()


def bare(line: Connection) -> None:
    """The least that Bolt can do: acknowledge, and nothing else."""
    with ThreadPoolExecutor(LISTENERS) as threads:
        app = App(
            signing_secret=SECRET,
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=None, bot_token="xoxb"),
            listener_executor=threads,
        )
        app.command("/incident")(_empty)
        door = Route(PATH, slack_endpoint(app), methods=["POST"])
        with served(Starlette(routes=[door])) as url:
            line.send(url)
            line.recv()


def _empty(ack: Ack) -> None:
    ack()


def ours(line: Connection) -> None:
    """The bot as it is served, with its loops at work."""
    with (
        tempfile.TemporaryDirectory() as data,
        open_playground(port=0, playbook="priority", data=Path(data)) as opened,
        ThreadPoolExecutor(LISTENERS) as threads,
        ThreadPoolExecutor(WORKERS) as workers,
        served(
            web_app(opened.bot, slack_app(opened.bot, threads, workers), clock=opened.clock)
        ) as url,
    ):
        line.send(url)
        line.recv()


def burst(url: str, clients: int, rounds: int, sink: str) -> tuple[float, float]:
    """Let all clients ask at the same moment, round by round; returns p50 and p99 in seconds."""
    together = Barrier(clients)
    with ThreadPoolExecutor(clients) as threads:
        asked = [threads.submit(_ask, url, rounds, sink, together) for _ in range(clients)]
        waits = [wait for each in asked for wait in each.result()]
    cuts = quantiles(waits, n=100)
    return cuts[49], cuts[98]


def _ask(url: str, rounds: int, sink: str, together: Barrier) -> list[float]:
    waits, quiet = [], Event()
    with httpx.Client(timeout=10, trust_env=False) as client:
        for number in range(rounds):
            body = urlencode(
                {
                    "command": "/incident",
                    "text": "list",
                    "team_id": "T07BENCH000",
                    "user_id": "U07BENCH000",
                    "channel_id": "C07BENCH000",
                    "response_url": sink,
                    "trigger_id": f"{perf_counter()}.{number}",
                }
            )
            headers = signed_headers(SECRET, body, int(SystemClock().now().timestamp()))
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            together.wait()
            began = perf_counter()
            client.post(f"{url}{PATH}", content=body, headers=headers).raise_for_status()
            waits.append(perf_counter() - began)
            quiet.wait(PAUSE)
    # The first round opens connections and imports what is imported late.
    return waits[1:]


def measured(
    program: Callable[[Connection], None], clients: int, rounds: int, sink: str
) -> tuple[float, float]:
    """Start a program that serves, and burst upon it."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=program, args=(there,))
    process.start()
    try:
        return burst(here.recv(), clients, rounds, sink)
    finally:
        here.send("stop")
        process.join()


def main() -> None:
    options = Options(__doc__)
    options.size("clients", 50, full=50)
    options.size("rounds", 11, full=101)
    asked = options.read()

    async def sink(_request: object) -> PlainTextResponse:
        return PlainTextResponse("ok")

    with served(Starlette(routes=[Route("/sink", sink, methods=["POST"])])) as url:
        bare_50, bare_99 = measured(bare, asked.clients, asked.rounds, f"{url}/sink")
        our_50, our_99 = measured(ours, asked.clients, asked.rounds, f"{url}/sink")
    size = f"{asked.clients} at once, {asked.rounds - 1} rounds"
    table = Table("", "bare Bolt", "ours", "ratio", "goal")
    table.add_row("p50", _ms(bare_50), _ms(our_50), f"{our_50 / bare_50:.2f}", f"at most {GOAL}")
    table.add_row("p99", _ms(bare_99), _ms(our_99), f"{our_99 / bare_99:.2f}", f"at most {GOAL}")
    print_table(f"From a slash command to its acknowledgement ({size})", table)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


if __name__ == "__main__":
    main()
