"""What an incident owes once the fight is over, and how people are reminded of it."""
