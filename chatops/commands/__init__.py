"""The command language: what can be typed after a slash command or in a terminal."""
