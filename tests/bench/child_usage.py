"""Runs one program to its end, and prints what it used as JSON.

Run by its path, in an interpreter without site packages: Linux counts the memory of whoever starts
a program into the program's own peak, so whoever starts it must be small.
"""

import json
import os
import sys
from time import perf_counter


def main() -> None:
    """Seconds of CPU, with those of the programs it waited for, and the largest one's memory."""
    program = sys.argv[1:]
    silent = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0o600)
    began = perf_counter()
    child = os.posix_spawn(program[0], program, os.environ, file_actions=[silent])  # noqa: TID251 - handed on
    _, status, used = os.wait4(child, 0)
    wall = perf_counter() - began
    unit = 1 if sys.platform == "darwin" else 1024
    print(
        json.dumps(
            {
                "code": os.waitstatus_to_exitcode(status),
                "cpu": used.ru_utime + used.ru_stime,
                "wall": wall,
                "memory": used.ru_maxrss * unit,
            }
        )
    )


if __name__ == "__main__":
    main()
