"""How long somebody waits for an incident's channel when each call of Slack takes 100 ms.

Run as ``python -m tests.bench.bench_declare [--full] [--rounds N] [--latency S]``. Prints the calls
made one after another until the channel is usable (the declarer is in it, and the board stands in
it), and the seconds, as a ratio to the latency of one call.
"""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.table import Table

from chatops.demo.playground import Playground, open_playground
from chatops.playground.slack.call_log import Call, one_after_another
from tests.bench.options import Options
from tests.bench.tables import print_table

GOAL = 3


def usable(opened: Playground, incident: int) -> list[Call] | None:
    """The calls until the newest channel is usable; none while it is not."""
    calls = opened.slack.call_log.calls()
    rooms = [each for each in opened.slack.workspace.channels if each.name.startswith("incident-")]
    if len(rooms) < incident:
        return None
    room = rooms[-1].id
    needed = []
    for method in ("conversations.create", "conversations.invite", "chat.postMessage"):
        done = [each for each in calls if each.method == method and each.ended]
        ours = [each for each in done if each.arguments.get("channel", room) == room]
        if not ours:
            return None
        needed.append(ours[0])
    return needed


def declare(opened: Playground, number: int) -> tuple[int, float]:
    """Declare one incident; returns sequential calls and seconds until it is usable."""
    opened.slack.call_log.clear()
    began = perf_counter()
    # No two titles share a word: nobody is asked whether it is the same incident.
    text = f"/incident declare P0 shop{number} unreachable{number}"
    opened.slack.users.types("sam", "#incidents", text)
    while (calls := usable(opened, number)) is None:
        opened.slack.call_log.wait_for_calls("chat.postMessage", 100, timeout=0.01)
    return one_after_another(calls), perf_counter() - began


def main() -> None:
    options = Options(__doc__)
    options.size("rounds", 5, full=25)
    options.size("latency", 0.1, full=0.1)
    asked = options.read()
    with (
        tempfile.TemporaryDirectory() as data,
        open_playground(port=0, playbook="priority", data=Path(data)) as opened,
    ):
        opened.slack.faults.slow(asked.latency)
        measured = [declare(opened, number) for number in range(1, asked.rounds + 1)]
    chain = max(calls for calls, _ in measured)
    ratio = median(seconds for _, seconds in measured) / asked.latency
    size = f"{asked.rounds} incidents, {asked.latency:g} s a call"
    table = Table("what", "measured", "goal")
    table.add_row("calls one after another", str(chain), f"at most {GOAL}")
    table.add_row("time, in latencies of one call", f"{ratio:.1f}", "")
    print_table(f"From the command to a usable channel ({size})", table)


if __name__ == "__main__":
    main()
