"""The forms that people fill in, one module for each: how it is built, and how it is read."""
