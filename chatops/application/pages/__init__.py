"""What the web pages show, and to whom."""
