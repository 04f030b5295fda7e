"""The sizes that benchmarks run at: small ones by default, those of the goals with ``--full``."""

import argparse
from collections.abc import Sequence
from typing import TypeVar

Number = TypeVar("Number", int, float)


class Options(argparse.ArgumentParser):
    """What every benchmark takes on the command line."""

    def __init__(self, description: str | None) -> None:
        super().__init__(description=description)
        self._sizes: dict[str, tuple[float, float]] = {}
        self.add_argument("--full", action="store_true", help="run at the sizes of the goals")

    def size(self, name: str, default: Number, *, full: Number) -> None:
        """Add a size, which can also be set by itself as ``--name N``."""
        self._sizes[name.replace("-", "_")] = default, full
        self.add_argument(
            f"--{name}",
            type=type(default),
            metavar="N",
            help=f"{default:,}; with --full {full:,}",
        )

    def read(self, words: Sequence[str] | None = None) -> argparse.Namespace:
        """Parse the command line; each size that it does not name is the default or full one."""
        asked = self.parse_args(words)
        for name, (default, full) in self._sizes.items():
            if getattr(asked, name) is None:
                setattr(asked, name, full if asked.full else default)
        return asked
