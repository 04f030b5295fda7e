"""GitHub: pull requests, merges, workflows and issues."""
