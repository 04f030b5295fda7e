"""A hotfix from the gate to the proven backport."""
