"""The web pages: status for everybody, incidents and what is due for those who sign in."""
