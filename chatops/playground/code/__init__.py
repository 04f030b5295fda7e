"""A small web shop with a real repository: its history, its engineers and where it is deployed."""
