"""What is posted, which effects follow a change, and the templates that word them."""
