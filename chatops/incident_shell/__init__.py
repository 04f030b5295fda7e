"""`chatops incident …`: what people do in Slack, from a terminal, for when Slack is down."""
