"""Statistics and digests."""
