"""A Slack workspace on this machine: a strict double of Slack and a page that looks like it."""
