"""What people and programs can do: load, decide, commit, and leave the rest to the outbox."""
