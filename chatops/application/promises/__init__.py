"""The scheduler of promises, and what is done about each when it is due."""
