"""Tabletop exercises: planned, played, paused, ended."""
