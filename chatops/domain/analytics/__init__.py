"""Metrics over periods, and how they are charted and exported."""
