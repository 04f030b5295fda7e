"""Lets `python -m chatops` be the command line."""

from chatops.cli import main

main()
