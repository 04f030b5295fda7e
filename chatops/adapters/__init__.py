"""What talks to the world: Slack, git, forges, storage, the web, programs; each behind a port."""
