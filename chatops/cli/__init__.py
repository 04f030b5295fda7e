"""The command line: start the bot, try it, look after it; a module for each verb of its own."""

from chatops.cli.verbs import main

__all__ = ["main"]
