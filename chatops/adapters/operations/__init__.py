"""What is done to running services and asked of them: the team's own commands, checks over HTTP."""
