"""Slack, in both directions: what people do there, and what we do there."""
