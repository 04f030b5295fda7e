"""What people are reminded of once an incident is resolved, and how."""
