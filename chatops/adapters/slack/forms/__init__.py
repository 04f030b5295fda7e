"""The forms that people fill in, each with how it is built and how it is read."""
