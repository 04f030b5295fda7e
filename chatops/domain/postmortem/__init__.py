"""What a post-mortem is made of."""
