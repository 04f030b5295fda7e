"""The bot over HTTP besides its Slack endpoint: pages, health and figures, and webhooks."""
