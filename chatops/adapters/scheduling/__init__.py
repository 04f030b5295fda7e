"""APScheduler: the clock that wakes the loops."""
