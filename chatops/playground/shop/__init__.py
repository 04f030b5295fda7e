"""The service that breaks: a repository, servers, and people who push to it."""
