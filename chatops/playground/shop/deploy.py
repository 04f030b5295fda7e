"""The shop's deploy program, as a team would have one: it asks the servers and prints what they do.

``python -m chatops.playground.shop.deploy --access FILE --to production --version 1.2.4 --sha …``
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

_OK: Final = 200
_PATIENCE: Final = 120.0
DONE: Final = "done: "
FAILED: Final = "failed: "


def main(arguments: Sequence[str]) -> int:
    """Deploy, go back or turn a flag off; the code is 0 when it was done."""
    asked = _parser().parse_args(arguments)
    access = json.loads(Path(asked.access).read_text(encoding="utf-8"))
    if asked.flag_off:
        order = {"flag": asked.flag_off, "on": False}
    else:
        order = {"to": asked.to, "sha": asked.sha, "version": asked.version, "back": asked.back}
    try:
        return _ask(access["url"], access["token"], order)
    except (OSError, HTTPException) as error:
        return _say_failed(f"The servers do not answer: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Deploys the shop.")
    parser.add_argument("--access", required=True, help="file with the servers' url and token")
    parser.add_argument("--to", choices=("production", "staging"), default="production")
    parser.add_argument("--sha", default="", help="the commit")
    parser.add_argument(
        "--version", default="", help="the version; its tag, where no --sha is given"
    )
    parser.add_argument("--back", action="store_true", help="what ran before, instead")
    parser.add_argument("--flag-off", default="", help="turn this flag off, instead")
    return parser


def _ask(url: str, token: str, order: dict[str, object]) -> int:
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=_PATIENCE)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", f"{address.path}/deploy", json.dumps(order), headers)
    with connection.getresponse() as answer:
        if answer.status != _OK:
            return _say_failed(answer.read().decode("utf-8", "replace"))
        return _print(answer)


def _print(answer: Iterable[bytes]) -> int:
    for line in answer:
        text = line.decode("utf-8", "replace").rstrip("\n")
        if text.startswith(FAILED):
            return _say_failed(text.removeprefix(FAILED))
        sys.stdout.write(text.removeprefix(DONE) + "\n")
        sys.stdout.flush()
        if text.startswith(DONE):
            return 0
    return _say_failed("The servers hung up before the end.")


def _say_failed(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
