"""How an incident begins and ends: declared, rung in by monitoring, resolved, closed."""
