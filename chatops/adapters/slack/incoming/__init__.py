"""What Slack delivers: verified, understood, acknowledged, answered."""
