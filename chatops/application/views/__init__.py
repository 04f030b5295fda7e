"""What is shown of incidents: the board, lists, App Home."""
