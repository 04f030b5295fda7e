"""Slack's Web API: calls, limits, scopes, and what its refusals mean."""
