"""`chatops incident …` and `chatops hotfix …`: what people do in Slack, from a terminal."""
