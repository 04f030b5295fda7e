"""`chatops incident …` and `chatops hotfix …`: what the slash commands do, when Slack is down."""
