"""Walks a team through the pipeline of a hotfix, and back to develop."""
