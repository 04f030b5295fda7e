"""A verb of the command line that is loaded when somebody asks for it, and not before.

What one verb needs takes others seconds to load: the module that carries it out, and all that it
imports, come in at the moment at which its arguments are read. `chatops --help` gets by without.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_group


class Later(TyperCommand):
    """Stands for the command or the group of commands at ``where``: ``package.module:name``."""

    def __init__(self, name: str, where: str, sentence: str) -> None:
        super().__init__(name, help=sentence)
        self.where = where

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the arguments, as what it stands for does, and carry that out."""
        return self.loaded().make_context(*args, **kwargs)

    def loaded(self) -> Any:
        """What it stands for."""
        module, _, attribute = self.where.partition(":")
        with _nothing_collected():
            found = getattr(import_module(module), attribute)
        home = typer.Typer()
        if isinstance(found, typer.Typer):
            home.add_typer(found, name=self.name)
        else:
            home.command(self.name)(found)
        return get_group(home).commands[str(self.name)]


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Modules stay: to look for garbage among them takes a quarter of the time, and finds none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
