"""`chatops version`: which release this is."""

import sys

from chatops import __version__


def version_command() -> None:
    """Print the version."""
    sys.stdout.write(f"{__version__}\n")
