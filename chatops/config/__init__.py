"""Reads `chatops.yml`, a team's own settings, and says what would be right where it is wrong."""

from chatops.config.problems import BrokenConfig, MissingConfig
from chatops.config.team import read_team

__all__ = ["BrokenConfig", "MissingConfig", "read_team"]
