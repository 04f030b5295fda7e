"""How benchmarks print what they measured."""

import sys

from rich.console import Console
from rich.table import Table


def print_table(title: str, table: Table) -> None:
    """Print a table under a title that says at which size it was measured."""
    print(f"\n{title}", flush=True)
    Console(file=sys.stdout).print(table)
