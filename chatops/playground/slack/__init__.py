"""The double of Slack: its Web API, its deliveries, and the hands of the people who use it."""
