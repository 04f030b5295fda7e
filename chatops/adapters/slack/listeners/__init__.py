"""What is done when somebody does something in Slack, by where they did it."""
