"""What the bot shows over HTTP besides its Slack endpoint: whether it is well, and its figures."""
