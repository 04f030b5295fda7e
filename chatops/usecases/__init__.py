"""What a person or the clock can ask for; each use case loads, decides and commits."""
