"""What Slack accepts as blocks and views, and the rules it refuses the rest by."""
