"""The double of Slack: its Web API, its deliveries, and the people who use it."""
