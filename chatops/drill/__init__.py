"""The drill: a whole incident with its hotfix, played by script in the terminal."""
