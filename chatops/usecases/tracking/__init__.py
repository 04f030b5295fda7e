"""Keeps tasks and their issues in a tracker in step: what is sent there, what is heard there."""
