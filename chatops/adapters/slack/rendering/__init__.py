"""Messages and charts as Slack's blocks and mrkdwn."""
