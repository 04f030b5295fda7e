"""The object store of a repository: read, written, fetched, pushed."""
