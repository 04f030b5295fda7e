"""An incident, its timeline and its tasks."""
