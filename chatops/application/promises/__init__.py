"""The scheduler of promises, what is done about each when it is due, and what people do."""
