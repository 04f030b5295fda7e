"""What the application needs of the world, as protocols in its own words."""
