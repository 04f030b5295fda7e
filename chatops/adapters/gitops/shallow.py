"""Knows whether a repository's history is cut off."""

from chatops.adapters.gitops.repository import Repository


def is_shallow(repo: Repository) -> bool:
    """`git rev-parse --is-shallow-repository`."""
    return repo.run("rev-parse", "--is-shallow-repository").text == "true"
