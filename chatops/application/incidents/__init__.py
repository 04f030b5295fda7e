"""What changes while an incident runs: updates, severity, roles, pages, notes."""
