"""Durations, deadlines, working hours, and the times that people type."""
