"""ChatOps: the incident bot that keeps its promises."""

__version__ = "0.1.0"
