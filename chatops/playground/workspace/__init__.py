"""The state of one Slack workspace: people, channels, messages, views, files."""
