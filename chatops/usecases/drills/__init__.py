"""Tabletop drills: starting, playing, pausing and ending them, and what came of each."""
