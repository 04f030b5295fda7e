"""Tabletop exercises and their debriefing."""
