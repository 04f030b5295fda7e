"""What git calls things, and what is known of code and of where it runs."""
