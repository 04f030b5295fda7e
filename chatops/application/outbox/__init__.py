"""Outward acts: dispatched lane by lane, done, and their results recorded."""
