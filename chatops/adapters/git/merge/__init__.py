"""Three-way merges, cherry-picks, and the conflicts that they end in."""
