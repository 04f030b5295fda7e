"""Everything with a clock on it, and the rules that decide what comes of it."""
